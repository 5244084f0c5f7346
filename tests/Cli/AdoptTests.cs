namespace PhotoLambda.Tests;

public class AdoptTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_prefix_is_adopted_once_and_let_go()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        using var other = await TendedBucket.NewAsync(cloud);

        var (exit, output) = await AdoptAsync(bucket, "camera 1/");
        Assert.True(exit == 0 && output.StartsWith("Made.", StringComparison.Ordinal), output);
        Assert.Equal((0, "It was there.\n"), await AdoptAsync(bucket, "camera 1/"));

        (exit, output) = await AdoptAsync(bucket, "camera 1/", other);
        Assert.Equal(1, exit);
        Assert.Equal($"The prefix is adopted for project {bucket.Project} of {bucket.Organization} already: "
            + "remove that adoption first.\n", output);

        (exit, output) = await bucket.RunAsync("adopt", "--list");
        Assert.Contains($"{bucket.Name}  'camera 1/'", output);
        string[] remove = ["adopt", "--remove", "--bucket", bucket.Name, "--prefix", "camera 1/"];
        Assert.Equal((0, "Removed. Photos that were adopted stay.\n"), await bucket.RunAsync(remove));
        Assert.Equal(
            (1, $"There is no adoption of s3://{bucket.Name}/camera 1/. See --list.\n"), await bucket.RunAsync(remove));
        Assert.Equal(0, (await AdoptAsync(bucket, "camera 1/", other)).Exit);
    }

    [Fact]
    public async Task What_is_there_already_is_found_and_adopted()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await bucket.PutAsync("camera/1.jpg", "else\u202e.jpg");
        await bucket.PlanAsync();
        await bucket.ApplyAsync();
        await bucket.UntilAsync("select count(*) = 2 from strays where s3_bucket = $1", bucket.Name);
        Assert.Contains("2 strays.", (await bucket.RunAsync("strays", "--bucket", bucket.Name)).Output);

        await AdoptAsync(bucket, "camera/");
        await bucket.PlanAsync();
        Assert.Equal(["look adopt camera/1.jpg"], bucket.PlannedLines());
        await bucket.ApplyAsync();
        await bucket.UntilAsync("""
            select exists (select from photos
              where s3_bucket = $1 and project_id = $2 and upload_source = 'external' and status <> 'failed')
            """, bucket.Name, bucket.Project);

        var (exit, output) = await bucket.RunAsync("strays", "--bucket", bucket.Name);
        Assert.Equal(0, exit);
        // What a stranger wrote into a key does not turn the line round.
        Assert.Contains($"s3://{bucket.Name}/else\\u202e.jpg\n1 stray.\n", output);
    }

    [Theory]
    [InlineData("--bucket photos --prefix a --project P", "--organization must have 1 to 255 characters; it has 0.")]
    [InlineData("--bucket photos --prefix a --organization O", "--project must be a UUID; it is not given.")]
    [InlineData("--bucket photos --prefix a --organization O --project 1", "--project must be a UUID; it was '1'.")]
    [InlineData("--bucket photos --prefix a --organization O --project 00000000-0000-0000-0000-000000000001",
        "has no project 00000000-0000-0000-0000-000000000001.")]
    [InlineData("--bucket photos --prefix a --organization nobody --project P", "organization nobody has no project")]
    [InlineData("--bucket photos --organization O --project P", "--prefix is not given")]
    [InlineData("--bucket photos --prefix thumbnails/a --organization O --project P", "must not lie below thumbnails/")]
    [InlineData("--bucket photos --prefix public/ --organization O --project P", "it was 'public/'.")]
    [InlineData("--prefix a --organization O --project P", "--bucket must be a bucket's name")]
    [InlineData("--list --remove", "--list and --remove cannot be given together.")]
    [InlineData("--remove --bucket photos", "--prefix is not given")]
    public async Task A_wrong_option_is_a_message(string options, string message)
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        var arguments = options.Split(' ')
            .Select(o => o switch { "O" => bucket.Organization, "P" => $"{bucket.Project}", _ => o });

        var (exit, output) = await bucket.RunAsync(["adopt", .. arguments]);

        Assert.True(exit == 1, output);
        Assert.Contains(message, output);
        Assert.DoesNotContain("   at ", output);
    }

    [Fact]
    public async Task Only_the_owner_of_the_tables_adopts()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        bucket.Environment["PHOTOLAMBDA_DATABASE_URL"] =
            cloud.Settings("OnObjectCreatedFunction")["PHOTOLAMBDA_DATABASE_URL"];

        var (exit, output) = await AdoptAsync(bucket, "a");

        Assert.True(exit == 1, output);
        Assert.Contains("permission denied for table adoptions. Connect as the owner of the tables.", output);
        Assert.Equal(0, (await bucket.RunAsync("adopt", "--list")).Exit);
    }

    private static Task<(int Exit, string Output)> AdoptAsync(
        TendedBucket bucket, string prefix, TendedBucket? project = null) => bucket.RunAsync(
            "adopt", "--bucket", bucket.Name, "--prefix", prefix,
            "--organization", (project ?? bucket).Organization, "--project", $"{(project ?? bucket).Project}");
}
