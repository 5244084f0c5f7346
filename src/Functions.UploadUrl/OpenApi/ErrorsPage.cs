using System.Globalization;
using System.Text;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.OpenApi;

/// <summary><c>docs/errors.md</c>, from the list of problems.</summary>
internal static class ErrorsPage
{
    private const string Head = """
        # Errors

        An error is a problem of [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457): `application/problem+json` with `type`, `title`,
        `status`, mostly `detail`, `instance` (the path), `correlation_id` (also in `X-Correlation-Id`; give it when you ask for help)
        and, for a request with bad fields, `errors`: `{field, limit, value, detail}` for each. Tell problems apart by `type`, which is
        stable; the texts are for people and may change.

        This page is generated from the list in the code when it is built.

        """;

    public static string Write()
    {
        var page = new StringBuilder(Head);
        foreach (var status in ProblemKinds.All.GroupBy(k => k.Status).OrderBy(g => g.Key))
        {
            foreach (var kind in status)
            {
                page.Append(CultureInfo.InvariantCulture, $"\n## {kind.Status} {kind.Name}\n\n")
                    .Append(CultureInfo.InvariantCulture, $"`{kind.Type}`: {kind.Title}.\n\n")
                    .Append(CultureInfo.InvariantCulture, $"- **Cause**: {kind.Cause}\n- **Cure**: {kind.Cure}\n");
            }
        }

        return page.ToString();
    }
}
