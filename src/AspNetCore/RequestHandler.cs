using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;

using StreamingLambda.AspNetCore.Http;
using StreamingLambda.AspNetCore.Logging;
using StreamingLambda.Runtime;

namespace StreamingLambda.AspNetCore;

/// <summary>Hands each invocation to the app as an HTTP request, and what the app answers to the invocation's response.</summary>
internal sealed class RequestHandler<TContext>(IHttpApplication<TContext> application) : IStreamingLambdaHandler
    where TContext : notnull
{
    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        LambdaLogger.Current.Value = invocation;
        using var lifetime = new RequestLifetime(cancellationToken);
        var request = new RequestFeature(invocation, EventRequest.Read(invocation));
        var answer = new ResponseFeature(response, lifetime, isHead: request.Method == "HEAD");
        TContext context = application.CreateContext(CreateFeatures(invocation, request, answer, lifetime));
        Exception? failure = null;
        try
        {
            await application.ProcessRequestAsync(context).ConfigureAwait(false);
            if (lifetime.IsAborted)
                throw new ConnectionAbortedException("The app aborted the request (HttpContext.Abort).");
            await answer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The runtime reports and logs it; the app's own callbacks still run, as on any server.
            failure = e;
            throw;
        }
        finally
        {
            await answer.RunOnCompletedAsync(invocation).ConfigureAwait(false);
            application.DisposeContext(context, failure);
        }
    }

    private static FeatureCollection CreateFeatures(Invocation invocation, RequestFeature request, ResponseFeature response, RequestLifetime lifetime)
    {
        var features = new FeatureCollection(initialCapacity: 12);
        features.Set(new InvocationFeature(invocation));
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpRequestBodyDetectionFeature>(request);
        features.Set<IHttpRequestIdentifierFeature>(request);
        features.Set<IHttpConnectionFeature>(request);
        features.Set<IHttpRequestLifetimeFeature>(lifetime);
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(response);
        features.Set<IHttpBodyControlFeature>(response);
        if (request.Caller is { } caller)
            features.Set<IHttpAuthenticationFeature>(new HttpAuthenticationFeature { User = caller });
        return features;
    }
}
