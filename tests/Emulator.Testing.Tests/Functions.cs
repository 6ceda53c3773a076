namespace StreamingLambda.Emulator.Testing.Tests;

/// <summary>Functions in a language that needs no build, in a folder with a template.</summary>
internal sealed class Functions : IDisposable
{
    // What a runtime does, with a step for each scenario.
    private const string Bootstrap = """
        #!/usr/bin/env python3
        import base64, http.client, json, os, sys, time
        base = '/2018-06-01/runtime/invocation/'
        api = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
        while True:
            api.request('GET', base + 'next')
            answer = api.getresponse()
            event = json.loads(answer.read())
            path = event.get('rawPath') or event.get('path') or '/'
            print('asked for ' + path, flush=True)
            print('process', os.getpid(), flush=True)
            api.putrequest('POST', base + answer.getheader('lambda-runtime-aws-request-id') + '/response')
            api.putheader('Content-Type', 'application/vnd.awslambda.http-integration-response')
            api.putheader('Lambda-Runtime-Function-Response-Mode', 'streaming')
            api.putheader('Transfer-Encoding', 'chunked')
            api.endheaders()
            send = lambda data: api.send(b'%x\r\n%b\r\n' % (len(data), data))
            # Status and headers in two pieces, the second with the beginning of the body.
            send(b'{"statusCode":201,"headers":{"content-type":"text/plain",')
            time.sleep(0.2)
            send(b'"x-own":"' + os.environ.get('OWN', '').encode() + b'"},"cookies":["a=1","b=2"]}' + bytes(8) + b'one ')
            time.sleep(1)
            if path == '/hang':
                time.sleep(3600)
            if path == '/exit':
                os._exit(3)
            send(b'two')
            trailers = b''
            if path == '/fail':
                error = json.dumps({'errorType': 'ValueError', 'errorMessage': 'failed', 'stackTrace': ['here']}).encode()
                trailers = b'Lambda-Runtime-Function-Error-Type: ValueError\r\n'
                trailers += b'Lambda-Runtime-Function-Error-Body: ' + base64.b64encode(error) + b'\r\n'
            api.send(b'0\r\n' + trailers + b'\r\n')
            api.getresponse().read()
        """;

    private const string Template = """
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          Own: { Type: String, Default: default }
        Globals:
          Function:
            CodeUri: .
            Handler: x
            Runtime: provided.al2023
            Environment: { Variables: { OWN: !Ref Own } }
        Resources:
          Queue:
            Type: AWS::Serverless::Function
          Open:
            Type: AWS::Serverless::Function
            Properties:
              FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM }
          Orders:
            Type: AWS::Serverless::Function
            Properties:
              Events:
                Get:
                  Type: Api
                  Properties: { Path: '/orders/{id}', Method: GET, ResponseTransferMode: RESPONSE_STREAM }
          Signed:
            Type: AWS::Serverless::Function
            Properties:
              FunctionUrlConfig: { AuthType: AWS_IAM, InvokeMode: RESPONSE_STREAM }
        """;

    private readonly TemporaryDirectory _directory = new();

    public Functions()
    {
        File.WriteAllText(Executable, Bootstrap + "\n");
        File.SetUnixFileMode(Executable, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(TemplateFile, Template);
    }

    /// <summary>The folder of both.</summary>
    public string Folder => _directory.Path;

    /// <summary>The executable.</summary>
    public string Executable => Path.Combine(Folder, "bootstrap");

    /// <summary>The template.</summary>
    public string TemplateFile => Path.Combine(Folder, "template.yaml");

    public void Dispose() => _directory.Dispose();
}
