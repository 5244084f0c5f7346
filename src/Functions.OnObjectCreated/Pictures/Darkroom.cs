using Microsoft.Extensions.Logging;
using PhotoLambda.Metadata;

namespace PhotoLambda.OnObjectCreated.Pictures;

/// <summary>Where pictures are made: one at a time, for so long and no longer, and none without libvips.</summary>
/// <param name="library">The path that was configured; null: where a layer would have it.</param>
/// <param name="limit">Of one file; a photo of 100 megapixels takes a second or two of it on a small function.</param>
internal sealed partial class Darkroom(string? library, TimeSpan limit, ILogger logger)
{
    private readonly Lock _opening = new();
    private bool? _isOpen;
    private bool _isBusy;

    /// <summary>Whether there is any use in reading a file of this type.</summary>
    public bool CanDevelop(MediaType type) => PictureMaker.Knows(type) && IsOpen();

    /// <param name="file">Not to be changed before <see cref="Development.Work"/> has ended.</param>
    /// <inheritdoc cref="PictureMaker.Make" path="/param"/>
    public async Task<Development> DevelopAsync(
        byte[] file, MediaType type, int[] sizes, long maxPixels, CancellationToken cancellation)
    {
        // One that was given up may still be at it: what comes meanwhile does without.
        if (Interlocked.Exchange(ref _isBusy, true))
        {
            Log.Busy(logger);
            return Development.None;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(limit);
        // A thread of its own: decoders are slow, and libvips cleans up when a thread ends.
        var work = Task.Factory.StartNew(
            () => Develop(file, type, sizes, maxPixels, stop.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return new Development(await work.WaitAsync(stop.Token), work);
        }
        catch (VipsException e) when (!stop.IsCancellationRequested)
        {
            Log.Refused(logger, type, e.Message);
        }
        catch (Exception e)
            when (e is VipsException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            Log.Slow(logger, type, limit.TotalSeconds);
        }

        return new Development([], work);
    }

    private IReadOnlyList<Picture> Develop(
        byte[] file, MediaType type, int[] sizes, long maxPixels, CancellationToken cancellation)
    {
        try
        {
            return PictureMaker.Make(file, type, sizes, maxPixels, cancellation);
        }
        finally
        {
            Volatile.Write(ref _isBusy, false);
        }
    }

    private bool IsOpen()
    {
        lock (_opening)
        {
            return _isOpen ??= Open();
        }
    }

    private bool Open()
    {
        try
        {
            if (VipsLibrary.Find(library) is not { } path)
            {
                Log.Missing(logger, library ?? "/opt/lib");
                return false;
            }

            VipsLibrary.Load(path);
            return true;
        }
        catch (Exception e) when (e is VipsException or DllNotFoundException or BadImageFormatException
            or EntryPointNotFoundException)
        {
            Log.Unusable(logger, e.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning,
            Message = "Thumbnails are off: there is no libvips at {Place}. The ones that cameras embed are kept")]
        public static partial void Missing(ILogger logger, string place);

        [LoggerMessage(Level = LogLevel.Warning,
            Message = "Thumbnails are off: libvips does not load: {Problem}. The ones that cameras embed are kept")]
        public static partial void Unusable(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Information, Message = "No thumbnails were made of a {Type}: {Problem}")]
        public static partial void Refused(ILogger logger, MediaType type, string problem);

        [LoggerMessage(Level = LogLevel.Warning,
            Message = "A {Type} was given up: {Seconds} s made no thumbnails of it")]
        public static partial void Slow(ILogger logger, MediaType type, double seconds);

        [LoggerMessage(Level = LogLevel.Warning, Message = "No thumbnails: a file that was given up is still decoded")]
        public static partial void Busy(ILogger logger);
    }
}

/// <param name="Pictures">None where there is nothing to be made of the file.</param>
/// <param name="Work">Until its end the file may be read.</param>
internal sealed record Development(IReadOnlyList<Picture> Pictures, Task Work)
{
    public static Development None { get; } = new([], Task.CompletedTask);
}
