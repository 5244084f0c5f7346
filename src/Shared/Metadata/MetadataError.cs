namespace PhotoLambda.Metadata;

/// <summary>A defect of a file. It never stops the upload: it is stored beside what could be read.</summary>
/// <param name="Field">The EXIF tag's name, or <c>file</c>, <c>jpeg</c>, <c>png</c>, <c>exif</c> and the like.</param>
/// <param name="Code">One of <see cref="MetadataCode"/>.</param>
/// <param name="Detail">For a person who looks at the file; holds nothing of its text.</param>
internal sealed record MetadataError(string Field, string Code, string Detail);

/// <summary>The codes of <see cref="MetadataError"/>; docs/metadata.md lists them for the API's users.</summary>
internal static class MetadataCode
{
    public const string Empty = "empty";
    public const string UnknownType = "unknown_type";
    public const string Unsupported = "unsupported";
    public const string Truncated = "truncated";
    public const string BadStructure = "bad_structure";
    public const string BadLength = "bad_length";
    public const string BadChecksum = "bad_checksum";
    public const string NoDimensions = "no_dimensions";
    public const string TooManyPixels = "too_many_pixels";
    public const string TooManySegments = "too_many_segments";
    public const string Budget = "budget";
    public const string TooLarge = "too_large";
    public const string Duplicate = "duplicate";
    public const string BadHeader = "bad_header";
    public const string BadOffset = "bad_offset";
    public const string BadCount = "bad_count";
    public const string BadType = "bad_type";
    public const string Loop = "loop";
    public const string OutOfRange = "out_of_range";
    public const string ZeroDenominator = "zero_denominator";
    public const string BadDate = "bad_date";
    public const string BadOffsetTime = "bad_offset_time";
    public const string MissingReference = "missing_ref";
    public const string NoFix = "no_fix";
    public const string NotDumped = "not_dumped";
}

/// <summary>Collects the defects of one file, up to a number.</summary>
internal sealed class MetadataErrors(int limit)
{
    /// <summary>Room for the errors that decide what becomes of a file: many small ones hide none of them.</summary>
    private const int Kept = 2;

    private List<MetadataError>? _errors;

    public IReadOnlyList<MetadataError> All => _errors ?? (IReadOnlyList<MetadataError>)[];

    public void Add(string field, string code, string detail)
    {
        if (HasRoomFor(code))
        {
            (_errors ??= []).Add(new MetadataError(field, code, detail));
        }
    }

    public void Add(ExifTag tag, string code, string detail)
    {
        if (HasRoomFor(code))
        {
            Add(tag.ToString(), code, detail);
        }
    }

    private bool HasRoomFor(string code) =>
        _errors is null
        || _errors.Count < limit - (code is MetadataCode.TooManyPixels or MetadataCode.Budget ? 0 : Kept);
}
