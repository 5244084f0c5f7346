namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>How a file is cut: parts of one size, the last of what is left.</summary>
/// <param name="FileSize">Bytes.</param>
/// <param name="PartSize">Bytes; the store wants 5 MiB at least and 5 GiB at most.</param>
internal sealed record PartPlan(long FileSize, long PartSize)
{
    /// <summary>Few enough that the list which completes an upload fits into a body; the store takes 10,000.</summary>
    public const int MostParts = 256;

    private const long UsualPartSize = 8 * 1024 * 1024;

    public int Parts => (int)((FileSize + PartSize - 1) / PartSize);

    public static PartPlan For(long fileSize)
    {
        var plan = new PartPlan(fileSize, UsualPartSize);
        while (plan.Parts > MostParts)
        {
            plan = plan with { PartSize = plan.PartSize * 2 };
        }

        return plan;
    }

    /// <param name="number">1 to <see cref="Parts"/>.</param>
    /// <returns>Bytes.</returns>
    public long LengthOf(int number) => number < Parts ? PartSize : FileSize - ((Parts - 1) * PartSize);
}
