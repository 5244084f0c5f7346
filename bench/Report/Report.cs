using System.Text;

namespace PhotoLambda.Bench;

/// <summary>What a bench found, as a Markdown table.</summary>
/// <param name="Columns">The first is the name of the row.</param>
/// <param name="Conditions">What one must know to read the figures, without a full stop.</param>
internal sealed record Report(
    string Title, string[] Columns, IReadOnlyList<string[]> Rows, string Conditions)
{
    /// <param name="name">Of the bench, for the command that repeats it.</param>
    /// <param name="load">Of the machine before the bench ran.</param>
    public string Markdown(string name, string load)
    {
        var text = new StringBuilder();
        text.AppendLine($"**{Title}** (`dotnet run -c Release --project bench -- {name}`)").AppendLine();
        Append(text, Columns);
        Append(text, [.. Columns.Select((_, i) => i == 0 ? "---" : "---:")]);
        foreach (var row in Rows)
        {
            Append(text, row);
        }

        text.AppendLine().AppendLine($"{Conditions}. {Machine.Description}; load average before the run {load}.");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string[] cells) =>
        text.AppendLine($"| {string.Join(" | ", cells)} |");
}
