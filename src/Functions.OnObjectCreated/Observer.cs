using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated;

/// <summary>
/// Finds out what one event means for its row. Events come twice, late and in any order: the highest sequencer counts.
/// </summary>
internal sealed class Observer(ObjectReader reader, Inspector inspector)
{
    /// <param name="photo">The row as it was found; null for an object that is nobody's.</param>
    /// <exception cref="ObjectGoneException">The object was deleted or replaced since.</exception>
    /// <inheritdoc cref="ObjectReader.ReadAsync" path="/exception"/>
    public async Task ObserveAsync(ObjectEvent item, Photo? photo, Changes changes, CancellationToken cancellation)
    {
        if (photo is null)
        {
            changes.Strays.Add(item.Kind == EventKind.Look ? await AsEventAsync(item, cancellation) : item);
        }
        else if (item.Kind == EventKind.Look || (item.Kind == EventKind.Removed && photo.State.AwaitsEvent))
        {
            // What was found by looking may be younger than a removal whose event comes late.
            await LookAsync(item, photo, changes, cancellation);
        }
        else if (photo.State.Sequencer is { } seen && string.CompareOrdinal(item.Sequencer, seen) <= 0)
        {
            // It came before, or something newer did.
            if (item.IsLookedAt)
            {
                await LookAsync(item, photo, changes, cancellation);
            }
        }
        else if (item.Kind == EventKind.Removed)
        {
            RemoveUnlessNew(photo, item.Sequencer, changes);
        }
        else if (photo.State.AwaitsEvent && IsKnown(photo, item))
        {
            changes.Confirmations.Add((photo, item));
        }
        else
        {
            changes.Inspections.Add(
                await inspector.InspectAsync(photo, item.Version, item.Sequencer, cancellation));
        }
    }

    private async Task LookAsync(ObjectEvent item, Photo photo, Changes changes, CancellationToken cancellation)
    {
        if (await reader.FindAsync(item.Bucket, item.Key, cancellation) is { } version)
        {
            changes.Inspections.Add(await inspector.InspectAsync(photo, version, sequencer: null, cancellation));
        }
        else if (photo.State.Status is not (PhotoStatus.PendingUpload or PhotoStatus.Failed))
        {
            changes.Removals.Add(new Removal(photo, Sequencer: null));
        }
    }

    /// <summary>Whether the event tells of a version that was found by looking, or registered, and needs no reading.
    /// </summary>
    private static bool IsKnown(Photo photo, ObjectEvent item) => photo.State switch
    {
        { IsUnread: false } state => state.ETag == item.ETag,
        { IsTold: false } => false,
        { ETag: { } told } => told == item.ETag && !item.IsLookedAt,
        _ => item.Size == photo.Ticket?.Size && !item.IsLookedAt,
    };

    private static void RemoveUnlessNew(Photo photo, string? sequencer, Changes changes)
    {
        // An object without a row went as it came.
        if (!photo.State.IsNew)
        {
            changes.Removals.Add(new Removal(photo, sequencer));
        }
    }

    private async Task<ObjectEvent> AsEventAsync(ObjectEvent look, CancellationToken cancellation) =>
        await reader.FindAsync(look.Bucket, look.Key, cancellation) is { } version
            ? look with { ETag = version.ETag, Size = version.Size }
            : look with { Kind = EventKind.Removed };
}
