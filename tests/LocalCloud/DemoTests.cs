using PhotoLambda.Local;

namespace PhotoLambda.Tests;

/// <summary>A demo that does not work out says why, in a line.</summary>
public class DemoTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_missing_photo_is_a_message()
    {
        var failure = await Assert.ThrowsAsync<LocalCloudException>(() => RunAsync("/no/such/photo.jpg"));

        Assert.Contains("/no/such/photo.jpg", failure.Message);
    }

    [Fact]
    public async Task A_photo_that_fails_fails_the_demo()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, new byte[2048], TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<LocalCloudException>(() => RunAsync(path));

        File.Delete(path);
        Assert.Contains("type_mismatch", failure.Message);
    }

    private Task RunAsync(string photo) =>
        new Demo(cloud.Cloud, photo, new StepConsole(TextWriter.Null)).RunAsync(TestContext.Current.CancellationToken);
}
