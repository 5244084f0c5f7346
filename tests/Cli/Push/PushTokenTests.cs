using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace PhotoLambda.Tests;

/// <summary>A push may outlive its token.</summary>
public class PushTokenTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_token_that_ends_is_replaced_by_the_command()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(3);
        proxy.Fail(PushProxy.IsTickets, 1, http => PushProxy.Refuse(http, 401));
        var log = folder.Write("log");

        var (exit, output) = await folder.PushAsync(
            "--token-command", $"echo run >> '{log}'; echo $PHOTOLAMBDA_TOKEN-$(wc -l < '{log}') | sed 's/-1$//'");

        // The second one is nonsense: it is told what the API says of that.
        Assert.True(exit == 2, output);
        Assert.Contains("Stopped: The API answers 401: ", output);
        Assert.Equal(2, File.ReadAllLines(log).Length);

        (exit, output) = await folder.PushAsync(
            "--token-command", $"echo run >> '{log}'; echo $PHOTOLAMBDA_TOKEN");
        Assert.True(exit == 0, output);
        await folder.HasPhotosAsync(3);
    }

    [Fact]
    public async Task A_token_is_replaced_before_it_ends()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(3);
        var end = DateTimeOffset.UtcNow.AddSeconds(63);
        var claims = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{{\"exp\":{end.ToUnixTimeSeconds()}}}")));
        List<string> tokens = [];
        proxy.Before = async http =>
        {
            if (!PushProxy.IsApi(http))
            {
                return;
            }

            tokens.Add(http.Request.Headers.Authorization!);
            http.Request.Headers.Authorization = $"Bearer {folder.Environment["PHOTOLAMBDA_TOKEN"]}";
            while (PushProxy.IsCheck(http) && DateTimeOffset.UtcNow < end.AddSeconds(-59))
            {
                // The clock is what ends a token.
                await Task.Delay(20, CancellationToken.None);
            }
        };
        var log = folder.Write("log");

        var (exit, output) = await folder.PushAsync(
            "--token-command", $"echo run >> '{log}'; echo e30.{claims}.$(wc -l < '{log}')");

        Assert.True(exit == 0, output);
        Assert.EndsWith(".1", tokens[0]);
        Assert.EndsWith(".2", tokens[^1]);
    }
}
