using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>API or store refuse, or fall silent for good.</summary>
public class PushOutageTests(CloudFixture cloud)
{
    [Fact]
    public async Task One_file_that_the_store_refuses_stops_no_other()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(4);
        string? victim = null;
        proxy.Before = async http =>
        {
            if (PushProxy.IsPut(http) && (victim ??= http.Request.Path) == http.Request.Path)
            {
                http.Response.StatusCode = 400;
                await http.Response.WriteAsync(
                    "<Error><Code>KeyTooLongError</Code><Message>Too long</Message></Error>");
            }
        };

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 2, output);
        Assert.Contains(": the store answers 400 KeyTooLongError Too long", output);
        Assert.Contains("4 files: 3 uploaded, 1 failed; ", output);
        proxy.Before = _ => Task.CompletedTask;
        (exit, output) = await folder.RunAsync(folder.RetryList, "--project", folder.Project);
        Assert.True(exit == 0, output);
        await folder.HasPhotosAsync(4);
    }

    [Theory]
    [InlineData("store", "The store answers 500, for 1s by now.")]
    [InlineData("tickets", "The API answers 500, for 1s by now.")]
    public async Task A_push_that_nobody_answers_ends_and_goes_on_later(string kind, string message)
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(3);
        proxy.Fail(PushProxy.Which(kind), int.MaxValue, http => PushProxy.Refuse(http, 500));

        var (exit, output) = await folder.PushAsync("--patience", "1s");

        Assert.True(exit == 2, output);
        Assert.Contains($"Stopped: {message}", output);
        Assert.Contains("3 files: 3 left; ", output);
        Assert.All(folder.Outcomes().Values, o => Assert.Equal("left", o));
        proxy.Before = _ => Task.CompletedTask;
        (exit, output) = await folder.PushAsync();
        Assert.True(exit == 0, output);
        await folder.HasPhotosAsync(3);
    }
}
