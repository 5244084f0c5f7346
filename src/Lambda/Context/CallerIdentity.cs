using System.Text.Json;

namespace PhotoLambda.Lambda;

internal sealed record CognitoIdentity(string IdentityId, string IdentityPoolId) : ICognitoIdentity
{
    public static CognitoIdentity? Parse(string? json) => CallerJson.Parse(json, static root =>
        new CognitoIdentity(root.Text("cognitoIdentityId") ?? "", root.Text("cognitoIdentityPoolId") ?? ""));
}

internal sealed record ClientApplication(
    string AppPackageName, string AppTitle, string AppVersionCode, string AppVersionName, string InstallationId)
    : IClientApplication;

internal sealed record ClientContext(
    IClientApplication Client, IDictionary<string, string> Custom, IDictionary<string, string> Environment)
    : IClientContext
{
    public static ClientContext? Parse(string? json) => CallerJson.Parse(json, static root => new ClientContext(
        ReadApplication(root.Child("client")),
        root.Child("custom").Texts() ?? [],
        root.Child("env").Texts() ?? []));

    private static ClientApplication ReadApplication(JsonElement client) => new(
        client.Text("app_package_name") ?? "",
        client.Text("app_title") ?? "",
        client.Text("app_version_code") ?? "",
        client.Text("app_version_name") ?? "",
        client.Text("installation_id") ?? "");
}

internal static class CallerJson
{
    /// <summary>Null for anything but a JSON object: both headers are under the control of the caller.</summary>
    public static T? Parse<T>(string? json, Func<JsonElement, T> read)
        where T : class
    {
        if (string.IsNullOrEmpty(json))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind is JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
