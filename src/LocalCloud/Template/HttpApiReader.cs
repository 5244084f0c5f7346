namespace PhotoLambda.Local.Template;

/// <remarks>serverless-application-model/latest/developerguide/sam-resource-httpapi.html</remarks>
internal static class HttpApiReader
{
    public static HttpApiResource Read(string logicalId, Properties api)
    {
        api.AllowOnly(
            "AccessLogSettings", "Auth", "CorsConfiguration", "DefaultRouteSettings", "DefinitionBody", "DefinitionUri",
            "Description", "DisableExecuteApiEndpoint", "Domain", "FailOnWarnings", "Name", "PropagateTags",
            "RouteSettings",
            "StageName", "StageVariables", "Tags");
        if (api.Map("DefinitionBody")?.Map("components")?.Has("securitySchemes") == true)
        {
            throw api.Error(
                "DefinitionBody",
                "the local cloud runs no authorizers; switch it off by a condition: the function verifies the tokens.");
        }

        return new HttpApiResource(logicalId, api.Text("StageName") ?? "$default", Cors(api));
    }

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
