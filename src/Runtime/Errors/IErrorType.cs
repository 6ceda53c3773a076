namespace StreamingLambda.Runtime.Errors;

/// <summary>An exception that names the type that Lambda records, where its class does not say it.</summary>
internal interface IErrorType
{
    string ErrorType { get; }
}
