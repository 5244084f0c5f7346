using PhotoLambda.Photos;

namespace PhotoLambda.Tests;

/// <summary>What others do to a registered photo while its object is read for the first time.</summary>
public sealed class RegisteredPhotoRaceTests(CloudFixture cloud, RegisteredPhotos photos)
    : IClassFixture<RegisteredPhotos>
{
    private static readonly byte[] Bytes = ImageBuilder.Jpeg(length: 4096);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_detector_that_is_quicker_takes_no_look_away(bool isETagTold)
    {
        var photo = await photos.NewAsync(Bytes, isETagTold ? null : d => d.Remove("etag"));

        Assert.Empty(await LookAsync(photo, () => CompleteAsync(photo)));

        Assert.Equal("completed,,1,1,64", await photos.StateAsync(photo));
    }

    [Fact]
    public async Task A_detector_that_is_quicker_saves_nothing_from_failing()
    {
        var photo = await photos.NewAsync(Bytes, d => d["file_size"] = 4097);

        Assert.Empty(await LookAsync(photo, () => CompleteAsync(photo)));

        Assert.Equal("failed,size_mismatch,1,1,64", await photos.StateAsync(photo));
    }

    [Fact]
    public async Task A_detector_that_is_quicker_hides_no_other_version()
    {
        var photo = await photos.NewAsync(Bytes);
        await photo.PutAsync(cloud, ImageBuilder.Jpeg(96, length: 4096));

        Assert.Empty(await LookAsync(photo, () => CompleteAsync(photo)));

        Assert.Equal("processing,,2,2,96", await photos.StateAsync(photo));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_detector_that_is_quicker_hides_no_removal(bool isRead)
    {
        var photo = await photos.NewAsync(Bytes, isRead: isRead);
        await photo.DeleteAsync(cloud);

        Assert.Empty(await LookAsync(photo, () => CompleteAsync(photo), "HEAD"));

        Assert.Equal("failed,object_removed,1,1,", await photos.StateAsync(photo));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Looks_and_events_at_once_make_no_second_job(bool isETagTold, bool isEvent)
    {
        var photo = await photos.NewAsync(Bytes, isETagTold ? null : d => d.Remove("etag"));
        await using var other = await photos.StartFunctionAsync();
        var look = ObjectLooks.Message([(photo.Bucket, photo.Key)]);

        Assert.Empty(await TellAsync(isEvent ? photo.Event() : look, () =>
            other.InvokeAsync(LoneOnObjectCreated.Messages(("other", look)))));

        Assert.Equal("processing,,1,1,64", await photos.StateAsync(photo));
        Assert.Equal($"{!isEvent},{isEvent}", await photos.TellAsync(photo, "awaits_event, sequencer is not null"));
    }

    [Fact]
    public async Task A_removal_meanwhile_stays()
    {
        var photo = await photos.NewAsync(Bytes, d => d.Remove("etag"));
        await using var other = await photos.StartFunctionAsync();

        // It is back when the look goes on, with an event that is still to come.
        Assert.Empty(await LookAsync(photo, async () =>
        {
            await photo.DeleteAsync(cloud);
            await other.InvokeAsync(LoneOnObjectCreated.Messages(("removal", photo.Event("ObjectRemoved:Delete"))));
            await photo.PutAsync(cloud, Bytes);
        }));

        Assert.Equal("failed,object_removed,1,1,", await photos.StateAsync(photo));
    }

    [Fact]
    public async Task An_object_that_is_replaced_meanwhile_is_looked_at_again()
    {
        var photo = await photos.NewAsync(Bytes);

        Assert.Equal(["m"], await LookAsync(photo, () => photo.PutAsync(cloud, ImageBuilder.Jpeg(96, length: 4096))));
        Assert.Equal("processing,,1,1,", await photos.StateAsync(photo));
        Assert.Empty(await LookAsync(photo, () => Task.CompletedTask));

        Assert.Equal("processing,,2,2,96", await photos.StateAsync(photo));
    }

    private Task CompleteAsync(StoredPhoto photo) =>
        photos.ChangeAsync(photo, "status = 'completed', detections = '[]'");

    private Task<string[]> LookAsync(StoredPhoto photo, Func<Task> meanwhile, string request = "GET") =>
        TellAsync(ObjectLooks.Message([(photo.Bucket, photo.Key)]), meanwhile, request);

    /// <param name="meanwhile">Is done when the function, which has found the row, first sends such a request.</param>
    /// <returns>The messages that are to come again.</returns>
    private async Task<string[]> TellAsync(
        string news, Func<Task> meanwhile, string request = "GET")
    {
        var turns = 0;
        await using var store = await ForwardingStore.StartAsync(cloud, before: async http =>
        {
            if (http.Request.Method == request && Interlocked.Increment(ref turns) == 1)
            {
                await meanwhile();
            }
        });
        await using var function = await photos.StartFunctionAsync(store.Address);
        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(("m", news)));
        Assert.True(turns > 0, answer);
        return [.. LoneOnObjectCreated.Failures(answer)];
    }
}
