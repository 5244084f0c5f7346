using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.UploadUrl.OpenApi;

internal static class OpenApiRoutes
{
    public static void MapOpenApi(this IEndpointRouteBuilder routes)
    {
        // Made when somebody asks for the first time: few instances ever are.
        var document = new Lazy<string>(() => OpenApiDocument.Write(routes.Endpoints()));
        var page = new Lazy<DocsPage>(DocsPage.Read);
        routes.MapGet("/openapi/v1.json", () => TypedResults.Text(document.Value, "application/json"));
        routes.MapGet("/docs", (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = page.Value.Policy;
            return TypedResults.Text(page.Value.Html, "text/html; charset=utf-8");
        });
    }

    /// <summary>The page that shows the document. It loads nothing from anywhere else.</summary>
    /// <param name="Policy">Lets run what stands in the page, by its hash, and nothing besides.</param>
    private sealed record DocsPage(string Html, string Policy)
    {
        public static DocsPage Read()
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("docs.html")!;
            using var reader = new StreamReader(stream);
            var html = reader.ReadToEnd();
            return new DocsPage(html,
                $"default-src 'none'; connect-src 'self'; style-src '{Hash(html, "style")}'; "
                + $"script-src '{Hash(html, "script")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        }

        private static string Hash(string html, string element)
        {
            var start = html.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
            var end = html.IndexOf($"</{element}>", start, StringComparison.Ordinal);
            return "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(html[start..end])));
        }
    }
}
