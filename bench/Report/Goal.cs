namespace PhotoLambda.Bench;

internal static class Goal
{
    /// <param name="text">The limit, as people write it.</param>
    public static string AtMost(double limit, string text, double measured) =>
        $"≤ {text}: {(measured <= limit ? "holds" : "missed")}";

    /// <inheritdoc cref="AtMost"/>
    public static string AtLeast(double limit, string text, double measured) =>
        $"≥ {text}: {(measured >= limit ? "holds" : "missed")}";
}
