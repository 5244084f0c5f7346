namespace PhotoLambda.Tests;

/// <summary>While a bucket is left alone, the events of its objects stay in their queue.</summary>
public class OpenCircuitTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_bucket_that_fails_is_left_alone_and_its_events_come_again()
    {
        var photos = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096))));
        await using var store = await BrokenStore.StartAsync(503);
        await using var function = await LoneOnObjectCreated.StartAsync(cloud, ("AWS_ENDPOINT_URL_S3", store.Address));
        var events = LoneOnObjectCreated.Messages(("m1", photos[0].Event()), ("m2", photos[1].Event()));
        Assert.Equal(["m1", "m2"], LoneOnObjectCreated.Failures(await function.InvokeAsync(events)).Order());
        // Tries that were under way when the circuit opened count, too.
        Assert.InRange(store.Requests, 5, 6);
        var asked = store.Requests;

        var again = await function.InvokeAsync(events);

        Assert.Equal(["m1", "m2"], LoneOnObjectCreated.Failures(again).Order());
        Assert.Equal(asked, store.Requests);
        Assert.Equal(["pending_upload"], await cloud.RowAsync("select status from photos where id = $1", photos[0].Id));
    }
}
