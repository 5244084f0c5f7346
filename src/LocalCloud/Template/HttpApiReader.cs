namespace PhotoLambda.Local.Template;

/// <remarks>serverless-application-model/latest/developerguide/sam-resource-httpapi.html</remarks>
internal static class HttpApiReader
{
    /// <param name="authorizerSwitch">Says how to switch the authorizers of this API off.</param>
    public static HttpApiResource Read(string logicalId, Properties api, Func<string> authorizerSwitch)
    {
        api.AllowOnly(
            "AccessLogSettings", "Auth", "CorsConfiguration", "DefaultRouteSettings", "DefinitionBody", "DefinitionUri",
            "Description", "DisableExecuteApiEndpoint", "Domain", "FailOnWarnings", "Name", "PropagateTags",
            "RouteSettings",
            "StageName", "StageVariables", "Tags");
        if (HasAuthorizer(api))
        {
            throw api.Error(
                api.Has("DefinitionBody") ? "DefinitionBody" : "Auth",
                "the local cloud runs no authorizers, and the API would be open that is to be closed; switch its "
                + $"authorizer off{authorizerSwitch()}. The functions check tokens by themselves.");
        }

        return new HttpApiResource(logicalId, api.Text("StageName") ?? "$default", Cors(api));
    }

    /// <summary>Whether a request would have to pass one: of all routes, or of one of them.</summary>
    private static bool HasAuthorizer(Properties api) =>
        api.Map("Auth")?.Has("DefaultAuthorizer") == true || api.Nodes("DefinitionBody").Any(IsSecured);

    private static bool IsSecured(Node node) => node switch
    {
        MapNode map => map["security"] is ListNode { Items.Count: > 0 } || map.Entries.Values.Any(IsSecured),
        ListNode list => list.Items.Any(IsSecured),
        _ => false,
    };

    private static HttpApiCors? Cors(Properties api)
    {
        if (!api.Has("CorsConfiguration"))
        {
            return null;
        }

        if (api.IsText("CorsConfiguration"))
        {
            return api.Flag("CorsConfiguration") ? new HttpApiCors(["*"], [], [], [], null, false) : null;
        }

        var cors = api.RequiredMap("CorsConfiguration");
        cors.AllowOnly("AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders", "MaxAge", "AllowCredentials");
        var read = new HttpApiCors(
            cors.Texts("AllowOrigins"),
            cors.Texts("AllowMethods"),
            cors.Texts("AllowHeaders"),
            cors.Texts("ExposeHeaders"),
            cors.Number("MaxAge", -1, 86_400),
            cors.Flag("AllowCredentials"));
        return read.AllowCredentials && read.AllowOrigins.Contains("*")
            ? throw cors.Error(
                "AllowCredentials", "API Gateway refuses AllowCredentials with the origin '*'; name the origins.")
            : read;
    }
}
