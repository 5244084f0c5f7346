using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>The file of prices: written, edited, given back.</summary>
public sealed class CostPriceTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.New();

    [Fact]
    public async Task An_edited_price_changes_its_line_alone()
    {
        var before = await CostRun.RunAsync("--photos", "1000000", "--nat");
        var changes = new (string Price, string Line)[]
        {
            ("s3_put", "S3, PUT and LIST"), ("rds_proxy_acu", "RDS Proxy, capacity"), ("nat_hour", "VPC, NAT gateway"),
        };

        await Task.WhenAll(changes.Select(async change =>
        {
            var file = await EditAsync(change.Price, prices =>
            {
                prices[change.Price]!["usd"] = prices[change.Price]!["usd"]!.GetValue<decimal>() * 2;
                prices[change.Price]!["verified"] = true;
            });
            var after = await CostRun.RunAsync("--photos", "1000000", "--nat", "--prices", file);

            Assert.Equal(before.Lines[change.Line] * 2, after.Lines[change.Line]);
            Assert.Equal(
                before.Lines.Where(l => l.Key != change.Line), after.Lines.Where(l => l.Key != change.Line));
        }));
    }

    [Fact]
    public async Task Prices_that_nobody_verified_are_named()
    {
        var file = await EditAsync("verified", prices =>
        {
            foreach (var (name, price) in prices)
            {
                price!["verified"] = name is not "alarm";
            }
        });

        var (exit, output) = await CommandLine.RunAsync(null, "cost", "--photos", "1", "--prices", file);

        Assert.Equal(0, exit);
        Assert.Contains("1 price is not verified: alarm.", output);
        Assert.Contains("Not counted: free tier", output);
        Assert.Contains(" USD a month in us-east-1, ", output);
    }

    [Fact]
    public async Task Edited_prices_are_not_written_over()
    {
        var file = Path.Combine(_folder, "prices.json");
        Assert.Equal(0, (await CommandLine.RunAsync(null, "cost", "--write-prices", file)).Exit);
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);

        var (exit, output) = await CommandLine.RunAsync(null, "cost", "--write-prices", file);

        Assert.Equal(1, exit);
        Assert.Contains(file, output);
        Assert.Equal("mine", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("s3_put.usd", "-0.1", "prices.s3_put.usd must be a number from 0 to 1000000; it was -0.1.")]
    [InlineData("s3_put.usd", "1e300", "prices.s3_put.usd must be a number from 0 to 1000000; it was 1e300.")]
    [InlineData("s3_put.usd", "\"1\"", "prices.s3_put.usd must be a number from 0 to 1000000; it was \"1\".")]
    [InlineData("s3_put.usd", null, "prices.s3_put lacks 'usd'.")]
    [InlineData("s3_put.colour", "1", "prices.s3_put has a member 'colour', which there is not; there are unit, usd,")]
    [InlineData("s3_put.unit", "\"request\"", "prices.s3_put.unit must be 'thousand requests', in which")]
    [InlineData("s3_put.verified", "\"yes\"", "prices.s3_put.verified must be true or false; it was \"yes\".")]
    [InlineData("s3_put.source", "\"\"", "prices.s3_put.source must be a text of 1 to 500 characters; it was \"\".")]
    [InlineData("s3_put.above", "{}", "prices.s3_put.above must be an array; it was {}.")]
    [InlineData("s3_put.above", "[{\"from\":9,\"usd\":1},{\"from\":8,\"usd\":1}]",
        "prices.s3_put.above[1].from must be a number from 9 to 1000000000000000; it was 8.")]
    [InlineData("s3_put", null, "prices lacks 's3_put'.")]
    [InlineData("s3_put", "3", "prices.s3_put must be an object; it was 3.")]
    [InlineData("gold", "{}", "prices has a member 'gold'")]
    public async Task A_mistake_in_the_file_is_named(string path, string? value, string message)
    {
        var file = await EditAsync("mistake", prices =>
        {
            var names = path.Split('.');
            var parent = names.Length == 1 ? prices : prices[names[0]]!.AsObject();
            parent.Remove(names[^1]);
            if (value is not null)
            {
                parent[names[^1]] = JsonNode.Parse(value);
            }
        });

        await RefusesAsync(message, "--photos", "1", "--prices", file);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("[]", "the file must be an object; it was [].")]
    [InlineData("{\"version\":2,\"region\":\"r\",\"prices\":{}}", "version must be a number from 1 to 1; it was 2.")]
    [InlineData("{\"version\":1,\"region\":\"r\"}", "the file lacks 'prices'.")]
    [InlineData("{\"version\":1,\"version\":1}", "the file has 'version' twice.")]
    public async Task A_file_that_holds_no_prices_is_refused(string text, string message)
    {
        var file = Path.Combine(_folder, "wrong.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);

        await RefusesAsync(message, "--photos", "1", "--prices", file);
    }

    [Theory]
    [InlineData("--photos must be a number from 1 to 10000000000; it was ''.")]
    [InlineData("--photos must be a number from 1 to 10000000000; it was '0'.", "--photos", "0")]
    [InlineData("--photos must be a number from 1 to 10000000000; it was '1e6'.", "--photos", "1e6")]
    [InlineData("--photos must be a number from 1 to 10000000000; it was '-1'.", "--photos", "-1")]
    [InlineData("--avg-mb must be a number from 0.001 to 5120; it was '0'.", "--photos", "1", "--avg-mb", "0")]
    [InlineData("--months-kept must be a number from 1 to 1200; it was '0'.", "--photos", "1", "--months-kept", "0")]
    [InlineData("--reads must be a number from 0 to 1000000; it was '1,5'.", "--photos", "1", "--reads", "1,5")]
    [InlineData("--bulk-share must be a number from 0 to 1; it was '2'.", "--photos", "1", "--bulk-share", "2")]
    [InlineData("--memory must be a number from 128 to 10240; it was '64'.", "--photos", "1", "--memory", "64")]
    [InlineData("--cdn must be one of none, imagekit, cloudfront; it was 'x'.", "--photos", "1", "--cdn", "x")]
    [InlineData("--flavor must be one of portable, readytorun, aot; it was 'AOT'.", "--photos", "1", "--flavor", "AOT")]
    [InlineData("--architecture must be one of arm64, x86_64; it was 'arm'.", "--photos", "1", "--architecture", "arm")]
    [InlineData("--standby has no meaning with --given-database.", "--photos", "1", "--given-database", "--standby")]
    [InlineData("--nat has no meaning with --given-database.", "--photos", "1", "--given-database", "--nat")]
    [InlineData("--created-database has no meaning with", "--photos", "1", "--given-database", "--created-database")]
    [InlineData("--assume must be name=value; it was 'polls'.", "--photos", "1", "--assume", "polls")]
    [InlineData("--assume knows no 'pols'; --assumptions shows all.", "--photos", "1", "--assume", "pols=1")]
    [InlineData("--assume polls must be a number from 0 to 1000; it was 'x'.", "--photos", "1", "--assume", "polls=x")]
    [InlineData("--assume polls is given twice.", "--photos", "1", "--assume", "polls=1", "--assume", "polls=2")]
    [InlineData("no-such-file.json", "--photos", "1", "--prices", "no-such-file.json")]
    public Task A_mistake_in_an_option_is_named(string message, params string[] arguments) =>
        RefusesAsync(message, arguments);

    [Fact]
    public async Task Assumptions_are_shown_as_they_were_given()
    {
        var (exit, output) = await CommandLine.RunAsync(null, "cost", "--assumptions", "--assume", "polls=7");

        Assert.Equal(0, exit);
        Assert.Matches(@"\n  polls +7  requests for its status", output);
        Assert.Matches(@"\n  event_cpu_ms +0\.61  of reading a photo; measured: bench events\n", output);
    }

    public void Dispose() => TemporaryFolder.Delete(_folder);

    private static async Task RefusesAsync(string message, params string[] arguments)
    {
        var (exit, output) = await CommandLine.RunAsync(null, ["cost", .. arguments]);

        Assert.Equal(1, exit);
        Assert.Contains(message, output);
        Assert.DoesNotContain("   at ", output);
    }

    private async Task<string> EditAsync(string name, Action<JsonObject> edit)
    {
        var file = Path.Combine(_folder, $"{name}.json");
        var (exit, output) = await CommandLine.RunAsync(null, "cost", "--write-prices", file);
        Assert.True(exit == 0, output);
        var root = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        edit(root["prices"]!.AsObject());
        await File.WriteAllTextAsync(file, root.ToJsonString());
        return file;
    }
}
