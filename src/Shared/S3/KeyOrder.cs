namespace PhotoLambda.S3;

/// <summary>S3 lists keys by their UTF-8 bytes, which is the order of code points, not of UTF-16 units.</summary>
internal sealed class KeyOrder : IComparer<string>
{
    public static readonly KeyOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var common = x.AsSpan().CommonPrefixLength(y);
        return common == x!.Length || common == y!.Length
            ? x.Length.CompareTo(y!.Length)
            : Rank(x[common]).CompareTo(Rank(y[common]));
    }

    // Surrogates stand for code points above all that fit in one unit.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
