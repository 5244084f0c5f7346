using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using PhotoLambda.Metadata;
using PhotoLambda.OnObjectCreated.Pictures;

namespace PhotoLambda.Tests;

/// <summary>libvips is loaded for the photos that need it, and done without where it is missing.</summary>
public sealed class ThumbnailLibraryTests(CloudFixture cloud) : IDisposable
{
    private readonly string _folder = TemporaryFolder.New();

    public void Dispose() => TemporaryFolder.Delete(_folder);

    [Theory]
    [InlineData("missing", "there is no libvips at ")]
    [InlineData("no library", "libvips does not load: ")]
    [InlineData("another library", "is not libvips.")]
    public async Task Without_it_the_function_works_and_says_so_once(string what, string said)
    {
        var path = Path.Combine(_folder, "libvips.so");
        if (what == "no library")
        {
            await File.WriteAllTextAsync(path, "no library", TestContext.Current.CancellationToken);
        }
        else if (what == "another library")
        {
            path = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libSystem.Native.so");
        }

        using var stage = await ThumbnailStage.NewAsync(cloud, Photo(), "image/jpeg", [64]);
        var other = await StoredPhoto.NewAsync(cloud, stage.Client, stage.Project, Photo());
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(
            cloud, api, "OnObjectCreated", ("PHOTOLAMBDA_LIBVIPS", path));

        foreach (var photo in new[] { stage.Photo, other })
        {
            var answer = await api.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
            Assert.Empty(LoneOnObjectCreated.Failures(answer.Text));
        }

        Assert.Equal(("processing", $"thumbnails/{stage.Photo.Key}.jpg"),
            ((await stage.RowAsync()).Status, (await stage.RowAsync()).Key));
        await function.StopAsync();
        var line = Assert.Single(function.Lines, l => l.Contains("Thumbnails are off", StringComparison.Ordinal));
        Assert.Contains(said, line);
    }

    [Fact]
    public async Task It_is_loaded_when_a_project_wants_thumbnails()
    {
        using var stage = await ThumbnailStage.NewAsync(cloud, Photo(), "image/jpeg", []);
        var other = await StoredPhoto.NewAsync(cloud, stage.Client, stage.Project, Photo());
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(cloud, api, "OnObjectCreated");

        await api.InvokeAsync(LoneOnObjectCreated.Messages(("m1", stage.Photo.Event())));
        Assert.DoesNotContain("libvips", function.Maps);
        await stage.WantAsync(64);
        await api.InvokeAsync(LoneOnObjectCreated.Messages(("m1", other.Event())));

        Assert.Contains("libvips", function.Maps);
        Assert.DoesNotContain(function.Lines, l => l.Contains("off", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_takes_too_long_is_given_up()
    {
        var library = ThumbnailStage.Library(cloud);
        var slow = ThumbnailPixels.Convert(library, ThumbnailPixels.Png(3000, 3000), "jpegsave_buffer", "srgb",
            ("interlace", "true"));
        var darkroom = new Darkroom(library, TimeSpan.FromMilliseconds(5), NullLogger.Instance);
        Assert.True(darkroom.CanDevelop(MediaType.Jpeg));
        Assert.False(darkroom.CanDevelop(MediaType.Heic));

        var given = await darkroom.DevelopAsync(
            slow, MediaType.Jpeg, [64], 100_000_000, TestContext.Current.CancellationToken);
        var isStillAtIt = !given.Work.IsCompleted;
        var next = await darkroom.DevelopAsync(
            slow, MediaType.Jpeg, [64], 100_000_000, TestContext.Current.CancellationToken);

        Assert.Empty(given.Pictures);
        Assert.Empty(next.Pictures);
        Assert.True(isStillAtIt);
        await given.Work.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.NotEmpty((await new Darkroom(library, TimeSpan.FromSeconds(30), NullLogger.Instance).DevelopAsync(
            slow, MediaType.Jpeg, [64], 100_000_000, TestContext.Current.CancellationToken)).Pictures);
    }

    [Fact]
    public void Memory_beyond_the_ceiling_is_refused_and_there_again_after()
    {
        // Another test's ceiling may end meanwhile, and this one's with it.
        Assert.Contains(Enumerable.Range(0, 100), _ =>
        {
            using var ceiling = AddressSpace.Limit(PictureMaker.MaxMemory);
            return !CanAllocate(3 * PictureMaker.MaxMemory);
        });
        Assert.Contains(Enumerable.Range(0, 100), _ => CanAllocate(3 * PictureMaker.MaxMemory));
    }

    private static unsafe bool CanAllocate(long bytes)
    {
        try
        {
            NativeMemory.Free(NativeMemory.Alloc((nuint)bytes));
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private static byte[] Photo() => ImageBuilder.Jpeg(640, 480, ScrubFiles.FullBlock());
}
