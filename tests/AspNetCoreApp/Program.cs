using StreamingLambda.AspNetCore;
using StreamingLambda.AspNetCoreApp;

// The same app wherever it runs; the variable chooses among the three builders that ASP.NET Core has.
var options = new WebApplicationOptions { Args = args };
WebApplicationBuilder builder = Environment.GetEnvironmentVariable("APP_BUILDER") switch
{
    "empty" => WebApplication.CreateEmptyBuilder(options),
    "full" => WebApplication.CreateBuilder(options),
    _ => WebApplication.CreateSlimBuilder(options),
};
builder.UseLambda();
builder.Services.AddRouting();
builder.Services.AddHostedService<Heartbeat>();
builder.Services.AddScoped<Visit>();
builder.Services.AddProblemDetails();
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, AppJson.Default));

WebApplication app = builder.Build();
// Where a REST API's stage stands; on a function URL and on Kestrel only requests under it have it.
app.UsePathBase("/Prod");
app.UseWhen(context => context.Request.Path.StartsWithSegments("/developer"), branch => branch.UseDeveloperExceptionPage());
app.UseRouting();
app.UseWhen(context => context.Request.Path == "/handled/problem", branch => branch.UseExceptionHandler());
app.UseWhen(context => context.Request.Path == "/handled/throw", branch => branch.UseExceptionHandler(new ExceptionHandlerOptions
{
    ExceptionHandler = async context =>
    {
        context.Response.StatusCode = StatusCodes.Status418ImATeapot;
        await context.Response.WriteAsync("the app's own words for a failure");
    },
}));
RequestEndpoints.Map(app);
ResponseEndpoints.Map(app);
LifeEndpoints.Map(app);
app.Run();
