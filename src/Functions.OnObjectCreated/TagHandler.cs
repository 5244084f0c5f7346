using System.Runtime.CompilerServices;
using MetadataExtractor.Formats.Exif;
using MetadataExtractor.IO;
using PhotoLambda.Metadata;
using PhotoLambda.Metadata.Scrubbing;
using TagDirectory = MetadataExtractor.Directory;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Takes what MetadataExtractor finds, and keeps it from what it would better not go into.</summary>
internal sealed class TagHandler(List<TagDirectory> directories, bool withPositions) : ExifTiffHandler(directories)
{
    /// <summary>More than any camera writes; each is entered from within another, on the same stack.</summary>
    private const int MaxDirectories = 64;

    public override bool TryEnterSubIfd(int tagType) =>
        (withPositions || tagType != (int)ExifTag.GPSInfoIFD) && MayEnter() && base.TryEnterSubIfd(tagType);

    public override bool HasFollowerIfd() => MayEnter() && base.HasFollowerIfd();

    public override bool CustomProcessTag(
        int tagOffset, ICollection<int> processedIfdOffsets, IndexedReader reader, int tagId, int byteCount)
    {
        // XMP, IPTC, Photoshop's resources and color profiles have readers of their own, which a file can keep busy for
        // minutes (XMP) or which go into pictures within.
        var isPassedOver = tagId is 0x02BC or 0x83BB or 0x8649 or 0x8773;
        return isPassedOver
            || (!withPositions && TiffScrub.IsOpaque(tagId))
            || base.CustomProcessTag(tagOffset, processedIfdOffsets, reader, tagId, byteCount);
    }

    private bool MayEnter()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return Directories.Count < MaxDirectories;
    }
}
