using System.Globalization;
using System.Net;

namespace PhotoLambda.Cli.Backfill;

/// <summary>Where in a row of an inventory what stands.</summary>
internal sealed class InventoryColumns
{
    private readonly string[] _names;
    private readonly int _bucket;
    private readonly int _key;
    private readonly int _size;
    private readonly int _modified;
    private readonly int _etag;
    private readonly int _isLatest;
    private readonly int _isDeleteMarker;

    /// <param name="manifest">By its name in messages.</param>
    /// <param name="schema">As the manifest has it.</param>
    /// <exception cref="CommandException">A column is missing.</exception>
    public InventoryColumns(string manifest, string schema)
    {
        _names = schema.Split(',', StringSplitOptions.TrimEntries);
        _bucket = Required("Bucket");
        _key = Required("Key");
        _size = Required("Size");
        _modified = Required("LastModifiedDate");
        _etag = Required("ETag");
        _isLatest = Array.IndexOf(_names, "IsLatest");
        _isDeleteMarker = Array.IndexOf(_names, "IsDeleteMarker");

        int Required(string name) => Array.IndexOf(_names, name) is >= 0 and var column
            ? column
            : throw new CommandException($"{manifest}: the inventory has no column {name}, only "
                + $"{Shown.Text(schema)}. Add the fields Size, LastModifiedDate and ETag to the inventory.");
    }

    /// <param name="isGone">There is a newer version of the object, or none at all.</param>
    /// <returns>The object of a row; what it cannot be read for.</returns>
    public (FoundObject Found, string? Fault) Read(IReadOnlyList<string> row, string bucket, out bool isGone)
    {
        isGone = false;
        if (row.Count != _names.Length)
        {
            return (default, $"it has {row.Count} columns; the manifest names {_names.Length}");
        }

        if (row[_bucket] != bucket)
        {
            return (default, $"it is of the bucket '{Shown.Text(row[_bucket])}'; the manifest names {bucket}");
        }

        if (_isLatest >= 0 && row[_isLatest] == "false" || _isDeleteMarker >= 0 && row[_isDeleteMarker] == "true")
        {
            isGone = true;
            return default;
        }

        if (!long.TryParse(row[_size], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            return (default, $"Size must be a number; it is '{Shown.Text(row[_size])}'");
        }

        // Encoded as forms are: a space is a plus sign.
        return DateTimeOffset.TryParse(
            row[_modified], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var modified)
            ? (new FoundObject(WebUtility.UrlDecode(row[_key]), size, row[_etag].Trim('"'), modified), null)
            : (default, $"LastModifiedDate must be a time; it is '{Shown.Text(row[_modified])}'");
    }
}
