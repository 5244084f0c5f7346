using System.Diagnostics;

namespace PhotoLambda.Lambda;

/// <summary>
/// Reads <c>Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1</c>. The root's two numbers in
/// a row are a W3C trace id.
/// <see href="https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader"/>
/// </summary>
internal static class XRayTrace
{
    private static readonly ActivitySource Source = new("PhotoLambda.Lambda");

    /// <summary>
    /// Makes the trace of the host the one that everything in a handler belongs to, also when nobody listens:
    /// the ids still go into messages and outgoing requests.
    /// </summary>
    public static Activity? StartActivity(string? header) => !TryParse(header, out var parent)
        ? Source.StartActivity("invoke", ActivityKind.Consumer)
        : Source.StartActivity("invoke", ActivityKind.Consumer, parent)
            ?? new Activity("invoke").SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start();

    /// <returns>False for anything else, such as the GUID that the AWS .NET Lambda test tool sends.</returns>
    public static bool TryParse(string? header, out ActivityContext context)
    {
        string trace = "", parent = "";
        var sampled = false;
        foreach (var part in (header ?? "").Split(';', StringSplitOptions.TrimEntries))
        {
            switch (part.IndexOf('='))
            {
                case 4 when part.StartsWith("Root", StringComparison.OrdinalIgnoreCase):
                    trace = TraceId(part[5..]);
                    break;
                case 6 when part.StartsWith("Parent", StringComparison.OrdinalIgnoreCase):
                    parent = part[7..];
                    break;
                case 7 when part.StartsWith("Sampled", StringComparison.OrdinalIgnoreCase):
                    sampled = part[8..] == "1";
                    break;
            }
        }

        return ActivityContext.TryParse($"00-{trace}-{parent}-{(sampled ? "01" : "00")}", null, true, out context);
    }

    /// <summary>The W3C <c>traceparent</c> of an X-Ray header; null if that is none.</summary>
    public static string? TraceParent(string? header) => TryParse(header, out var context)
        ? $"00-{context.TraceId}-{context.SpanId}-{(int)context.TraceFlags:x2}"
        : null;

    private static string TraceId(string root)
    {
        var parts = root.Split('-');
        return parts is ["1", { Length: 8 } time, { Length: 24 } random]
            ? (time + random).ToLowerInvariant()
            : "";
    }
}
