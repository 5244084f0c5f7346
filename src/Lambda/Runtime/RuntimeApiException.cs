using System.Net;

namespace PhotoLambda.Lambda;

/// <summary>
/// The Runtime API is in no state to go on with, as it says by a 500; left unhandled it ends the process with
/// a code other than 0, as Lambda asks for.
/// </summary>
public sealed class RuntimeApiException : Exception
{
    internal RuntimeApiException(string message)
        : base(message)
    {
    }

    internal RuntimeApiException(string request, HttpStatusCode status, string body)
        : base($"The Runtime API answered {request} with {(int)status}: {body}")
    {
    }
}
