namespace PhotoLambda.Cli.Push;

internal static class Summary
{
    public static string Of(ReceiptTotals totals, TimeSpan elapsed)
    {
        var before = totals.UploadedBefore == 0 ? "" : $" ({Shown.Count(totals.UploadedBefore)} of them before)";
        var parts = new List<string>();
        foreach (var (count, what) in new[]
        {
            (totals.Uploaded, $"uploaded{before}"), (totals.New, "to upload"), (totals.Known, "known"),
            (totals.Failed, "failed"), (totals.Left, "left"), (totals.Skipped, "skipped"),
        })
        {
            if (count > 0)
            {
                parts.Add($"{Shown.Count(count)} {what}");
            }
        }

        if (parts.Count == 0)
        {
            return "There is nothing to push.";
        }

        return $"{Shown.Count(totals.Files, "file")}: {string.Join(", ", parts)}; {Tally.Size(totals.Bytes)} in "
            + $"{Shown.Duration(elapsed)} ({Tally.Rate(totals.Bytes, elapsed)}).";
    }
}
