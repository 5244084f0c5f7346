namespace PhotoLambda.Tests;

/// <summary>Objects longer or shorter than what was agreed on, which got past the store.</summary>
public class ObjectSizeTests(CloudFixture cloud)
{
    private const int Most = 4096;

    [Fact]
    public async Task One_byte_more_or_less_than_the_ticket_fails()
    {
        int[] lengths = [Most - 1, Most, Most + 1];
        var (photos, client) = await ProcessAsync("declared_size_bytes = 4096", lengths);
        using var _ = client;

        Assert.Equal(
            [
                "failed size_mismatch: the ticket was for 4096 bytes, the object has 4095",
                "uploaded",
                "failed size_mismatch: the ticket was for 4096 bytes, the object has 4097",
            ], photos);
        Assert.Equal((0, 1), await cloud.JobsAsync(client));
    }

    [Fact]
    public async Task Without_a_declared_size_the_policy_is_the_limit()
    {
        int[] lengths = [1024, Most, Most + 1];
        var (photos, client) = await ProcessAsync("declared_size_bytes = null", lengths);
        using var _ = client;

        Assert.Equal(
            [
                "uploaded", "uploaded",
                "failed size_mismatch: the project takes 4096 bytes at most, the object has 4097",
            ], photos);
        Assert.Equal((0, 2), await cloud.JobsAsync(client));
    }

    /// <param name="change">Of the rows, once the objects are there.</param>
    private async Task<(IEnumerable<string> Outcomes, ApiClient Client)> ProcessAsync(string change, int[] lengths)
    {
        var client = await cloud.NewOrganizationAsync();
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var batch = await StoredBatch.NewAsync(
            cloud, client, null, [.. lengths.Select(l => (ImageBuilder.Jpeg(length: l), "image/jpeg"))]);
        await cloud.RowAsync($"update photos set {change} where organization_id = $1", client.Organization);
        await cloud.RowAsync(
            "update projects set max_image_bytes = $2 where organization_id = $1", client.Organization, (long)Most);

        Assert.Empty(LoneOnObjectCreated.Failures(await function.InvokeAsync(batch.Messages)));

        return ((await batch.AnswersAsync()).Select(p => p.Outcome()), client);
    }
}
