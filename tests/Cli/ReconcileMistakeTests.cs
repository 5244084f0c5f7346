namespace PhotoLambda.Tests;

/// <summary>What cannot be planned or applied is told in a line, and nothing is done.</summary>
public class ReconcileMistakeTests(CloudFixture cloud)
{
    [Theory]
    [InlineData("--plan F",
        "--bucket must be a bucket's name, 3 to 255 letters, digits, dots and hyphens; it is not given.")]
    [InlineData("--plan F --bucket a/b", "; it was 'a/b'.")]
    [InlineData("--bucket photos", "Give either --plan FILE, to make a plan, or --apply FILE, to do it.")]
    [InlineData("--plan F --apply F", "Give either --plan FILE")]
    [InlineData("--plan F --bucket photos --older-than 31d",
        "--older-than must be a number with s, m, h or d behind it, from 0s to 30d; it was '31d'.")]
    [InlineData("--plan F --bucket photos --older-than 15", "it was '15'")]
    [InlineData("--plan F --bucket photos --older-than -1m", "it was '-1m'")]
    [InlineData("--plan F --bucket photos --uploads-older-than 99999999999d", "--uploads-older-than must be")]
    [InlineData("--plan F --bucket photos --actions look", "--actions has no meaning with --plan.")]
    [InlineData("--apply F --prefix a", "--prefix has no meaning with --apply.")]
    [InlineData("--apply F --actions look,erase", "--actions takes look, delete, abort, with commas between them; "
        + "it was 'look,erase'.")]
    [InlineData("--apply F --queue ftp://h/q", "--queue must be an http or https URL; it was 'ftp://h/q'.")]
    [InlineData("--apply /no/such/plan", "/no/such/plan")]
    [InlineData("--plan /no/such/plan --bucket photos", "/no/such/plan")]
    [InlineData("--plan F --bucket no-such-bucket", "There is no bucket no-such-bucket.")]
    public async Task A_wrong_option_is_a_message(string options, string message)
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        string[] arguments = ["reconcile", .. options.Split(' ').Select(o => o == "F" ? bucket.Plan : o)];

        IsAMessage(message, await bucket.RunAsync(arguments));
        Assert.False(File.Exists(bucket.Plan));
    }

    [Fact]
    public async Task A_prefix_that_is_too_long_is_a_message()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);

        IsAMessage("--prefix must have 1024 bytes at most; it has 1026.",
            await bucket.PlanAsync("--prefix", new string('ü', 513)));
    }

    [Theory]
    [InlineData("AWS_ACCESS_KEY_ID", null, "AWS_ACCESS_KEY_ID is not set")]
    [InlineData("AWS_ENDPOINT_URL", "nonsense", "AWS_ENDPOINT_URL is 'nonsense'")]
    [InlineData("AWS_ENDPOINT_URL", "http://127.0.0.1:9", "127.0.0.1:9")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "another", "SignatureDoesNotMatch")]
    [InlineData("PHOTOLAMBDA_DATABASE_URL", null, "give --database or set PHOTOLAMBDA_DATABASE_URL")]
    [InlineData("PHOTOLAMBDA_DATABASE_URL", "postgresql://u:pass-word@127.0.0.1:9/d", "127.0.0.1:9")]
    public async Task A_wrong_setting_is_a_message(string variable, string? value, string message)
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        bucket.Environment[variable] = value;

        IsAMessage(message, await bucket.PlanAsync());
    }

    [Fact]
    public async Task A_damaged_plan_is_refused()
    {
        (string Part, string Damaged, string Message)[] damages =
        [
            ("_plan\":1,", "_plan\":2,", "is of format 2, and this program applies format 1"),
            ("{\"photolambda_plan\":1,", "{\"a\":1,", "is no plan of `photolambda reconcile`"),
            ("\"installation\":\"", "\"installation\":\"x", "line 1: "),
            ("\"action\":\"look\"", "\"action\":\"erase\"", "line 2: there is no such action"),
            ("\"key\":\"a\"", "\"key\":\"\"", "line 2: it has no key"),
            ("\"key\":\"a\"", "\"key\":\"\\u0000\"", "line 2: its key is no text"),
            ("\"key\":\"a\"", "\"key\":", "line 2: "),
            ("\"differences\":1", "\"differences\":2", "line 3: it counts 2 lines"),
            ("{\"action\":\"end\"", "", "line 3: "),
            ("\"action\":\"look\"", "\"action\":\"delete\"", "line 2: it has no photo_id"),
            ("\"action\":\"look\"", "\"action\":\"abort\"", "line 2: it has no upload_id"),
        ];
        using var bucket = await TendedBucket.NewAsync(cloud);
        await bucket.PutAsync("a");
        await bucket.PlanAsync();
        var plan = await File.ReadAllTextAsync(bucket.Plan, TestContext.Current.CancellationToken);
        foreach (var (part, damaged, message) in damages)
        {
            Assert.Contains(part, plan);
            await File.WriteAllTextAsync(
                bucket.Plan, plan.Replace(part, damaged, StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
            IsAMessage(message, await bucket.ApplyAsync());
        }

        Assert.Empty(await StraysAsync(bucket));
    }

    [Fact]
    public async Task A_plan_without_its_end_is_refused()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await bucket.PutAsync("a");
        await bucket.PlanAsync();
        var lines = await File.ReadAllLinesAsync(bucket.Plan, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(bucket.Plan, lines[..2], TestContext.Current.CancellationToken);

        IsAMessage("is not complete: its last line is missing", await bucket.ApplyAsync());
        await File.WriteAllLinesAsync(bucket.Plan, [.. lines, lines[1]], TestContext.Current.CancellationToken);
        IsAMessage("or more after it", await bucket.ApplyAsync());
    }

    [Fact]
    public async Task A_plan_of_another_place_is_refused()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await using var database = await EmptyDatabase.NewAsync(cloud);
        await bucket.PutAsync("a");
        await bucket.PlanAsync();
        var here = bucket.Environment["PHOTOLAMBDA_DATABASE_URL"];

        bucket.Environment["PHOTOLAMBDA_DATABASE_URL"] = database.Owner;
        IsAMessage("run `photolambda migrate` first", await bucket.ApplyAsync());
        await bucket.RunAsync("migrate");
        IsAMessage("was made with another database", await bucket.ApplyAsync());

        bucket.Environment["PHOTOLAMBDA_DATABASE_URL"] = here;
        var plan = await File.ReadAllTextAsync(bucket.Plan, TestContext.Current.CancellationToken);
        plan = plan.Replace(bucket.Name, "no-such-bucket", StringComparison.Ordinal);
        await File.WriteAllTextAsync(bucket.Plan, plan, TestContext.Current.CancellationToken);
        IsAMessage("answered 404 to a request for the bucket no-such-bucket", await bucket.ApplyAsync());
    }

    [Fact]
    public async Task An_owner_without_the_workers_role_is_told()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await using var database = await EmptyDatabase.NewAsync(cloud, "nocreaterole");
        bucket.Environment["PHOTOLAMBDA_DATABASE_URL"] = database.Owner;
        await bucket.RunAsync("migrate");

        IsAMessage("may not act as photolambda_worker", await bucket.PlanAsync());
        var owner = new Npgsql.NpgsqlConnectionStringBuilder(database.Owner).Username;
        await EmptyDatabase.ExecuteAsync(database.Superuser, $"grant photolambda_worker to {owner}");
        var (exit, output) = await bucket.PlanAsync();
        await EmptyDatabase.ExecuteAsync(database.Superuser, $"revoke photolambda_worker from {owner}");
        Assert.True(exit == 0, output);
    }

    private async Task<object?[]> StraysAsync(TendedBucket bucket) =>
        await cloud.RowAsync("select s3_key from strays where s3_bucket = $1", bucket.Name);

    private static void IsAMessage(string message, (int Exit, string Output) run)
    {
        Assert.True(run.Exit == 1, run.Output);
        Assert.Contains(message, run.Output);
        Assert.DoesNotContain("   at ", run.Output);
        Assert.DoesNotContain("pass-word", run.Output);
    }
}
