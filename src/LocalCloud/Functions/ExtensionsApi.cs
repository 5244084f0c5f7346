using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Functions;

/// <summary>
/// As much of the Extensions API as an internal extension uses: to be registered is what makes Lambda send SIGTERM
/// before it kills. No events are delivered, since an internal extension may not ask for SHUTDOWN.
/// </summary>
/// <remarks>lambda/latest/dg/runtimes-extensions-api.html</remarks>
internal static class ExtensionsApi
{
    private const string IdentifierHeader = "Lambda-Extension-Identifier";

    public static async Task RegisterAsync(HttpContext context, RuntimeApi.Caller caller)
    {
        if (string.IsNullOrEmpty(context.Request.Headers["Lambda-Extension-Name"]))
        {
            await Answer.ErrorAsync(
                context, 400, "Extension.InvalidExtensionName", "The header Lambda-Extension-Name is missing.");
            return;
        }

        if (caller.Instance?.Ready.IsCompleted == true)
        {
            await Answer.ErrorAsync(
                context, 403, "Extension.RegistrationClosed",
                "Extensions register before the runtime asks for its first event.");
            return;
        }

        var identifier = Guid.NewGuid().ToString();
        if (caller.Instance is { } instance)
        {
            instance.ExtensionId = identifier;
        }

        context.Response.Headers[IdentifierHeader] = identifier;
        await Answer.MembersAsync(
            context,
            200,
            ("functionName", caller.Host.Function.FunctionName),
            ("functionVersion", "$LATEST"),
            ("handler", caller.Host.Function.Handler));
    }

    public static async Task NextAsync(HttpContext context, RuntimeApi.Caller caller, CancellationToken stopping)
    {
        var identifier = context.Request.Headers[IdentifierHeader].ToString();
        if (identifier.Length == 0 || (caller.Instance is { } instance && instance.ExtensionId != identifier))
        {
            await Answer.ErrorAsync(
                context, 403, "Extension.UnknownExtensionIdentifier",
                $"The header {IdentifierHeader} is not that of a registration.");
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var never = new TaskCompletionSource();
        await using (over.Token.UnsafeRegister(_ => never.TrySetResult(), null))
        {
            await never.Task;
        }

        context.Abort();
    }
}
