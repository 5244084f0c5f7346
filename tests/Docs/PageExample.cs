using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>
/// A request in a page of the documentation, and the answer that stands below it: a block <c>http</c> and a block
/// <c>json STATUS</c>, or <c>json STATUS eventually</c> for what takes a moment to come true.
/// </summary>
internal sealed partial record PageExample(string Request, int Status, bool Eventually, string Answer, int Line)
{
    public static IReadOnlyList<PageExample> Read(string page) =>
    [
        .. Blocks().Matches(page).Select(m => new PageExample(
            m.Groups["request"].Value,
            int.Parse(m.Groups["status"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture),
            m.Groups["eventually"].Success,
            m.Groups["answer"].Value,
            page.AsSpan(0, m.Index).Count('\n') + 1)),
    ];

    [GeneratedRegex(
        @"```http\n(?<request>.*?)```\n+```json (?<status>\d{3})(?<eventually> eventually)?\n(?<answer>.*?)```",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Blocks();
}
