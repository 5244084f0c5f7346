namespace PhotoLambda.Tests;

/// <summary>What a user got wrong is told in a line, without a stack and without the token.</summary>
public class PushMistakeTests(CloudFixture cloud)
{
    [Theory]
    [InlineData("F", "--project must be a UUID; it is not given.")]
    [InlineData("F --project harbour", "--project must be a UUID; it was 'harbour'.")]
    [InlineData("F --project 00000000-0000-0000-0000-000000000001", "The API answers 404: There is no such project")]
    [InlineData("/no/such/folder --project P", "There is no folder or manifest '/no/such/folder'.")]
    [InlineData("E --project P", "There is no folder or manifest ''.")]
    [InlineData("F --project P --api ftp://h/", "--api must be an http or https URL without a query or a user; "
        + "it was 'ftp://h/'.")]
    [InlineData("F --project P --api http://u:p@h/", "--api must be")]
    [InlineData("F --project P --api http://h/?a=b", "it was 'http://h/?a=b'.")]
    [InlineData("F --project P --api E", "No API is named: give --api or set PHOTOLAMBDA_API_URL.")]
    [InlineData("F --project P --api http://127.0.0.1:9 --patience 1s", "The API cannot be reached: ")]
    [InlineData("F --project P --parallel 0", "--parallel must be a number from 1 to 64; it was '0'.")]
    [InlineData("F --project P --parallel 65", "; it was '65'.")]
    [InlineData("F --project P --session a/b", "--session must be 1 to 64 letters, digits, '-', '_' or '.'; "
        + "it was 'a/b'.")]
    [InlineData("F --project P --detect a,,b", "--detect must be up to 16 names with commas between them, each of")]
    [InlineData("F --project P --detect 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "--detect must be up to 16 names")]
    [InlineData("F --project P --priority urgent", "--priority must be low, normal or high; it was 'urgent'.")]
    [InlineData("F --project P --patience 2d", "from 1s to 24h; it was '2d'.")]
    [InlineData("F --project P --wait 0s", "--wait must be a number with s, m, h or d behind it")]
    [InlineData("F --project P --journal /no/such/file",
        "--journal must be a file in a folder that there is; it was '/no/such/file'.")]
    [InlineData("F --project P --receipt F", "--receipt must be a file in a folder that there is; it was ")]
    [InlineData("F --project P --retry-list E", "--retry-list must be a file in a folder that there is; it was ''.")]
    [InlineData("F --project P --token E", "There is no token: give --token-command or --token, or set")]
    [InlineData("F --project P --token two.words\u00a0here",
        "--token must be printable ASCII characters without spaces; it has 14 characters.")]
    [InlineData("F --project P --token nonsense-token", "The API answers 401: A valid access token is needed: ")]
    [InlineData("F --project P --token a --token-command b", "--token and --token-command cannot be given together.")]
    [InlineData("F --project P --token-command false", "--token-command ended with exit code 1.")]
    [InlineData("F --project P --token-command true", "What --token-command prints must be printable ASCII")]
    public async Task A_wrong_option_is_a_message(string options, string message)
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        folder.Add("a.jpg");
        string[] arguments = [.. options.Split(' ').Select(
            o => o switch { "F" => folder.Folder, "P" => folder.Project, "E" => "", _ => o })];

        IsAMessage(message, await folder.RunAsync(arguments));

        Assert.Single(Directory.GetFiles(folder.Folder));
    }

    [Fact]
    public async Task A_token_of_another_organization_is_a_message()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        using var other = await cloud.NewOrganizationAsync();
        folder.Environment["PHOTOLAMBDA_TOKEN"] = other.Http.DefaultRequestHeaders.Authorization!.Parameter;

        IsAMessage("The API answers 404: There is no such project", await folder.PushAsync());
    }

    [Fact]
    public async Task A_token_without_the_right_to_write_is_a_message()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        folder.Add("a.jpg");
        await folder.Client.SignInAsync("photos:read");
        folder.Environment["PHOTOLAMBDA_TOKEN"] = folder.Client.Http.DefaultRequestHeaders.Authorization!.Parameter;

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 2, output);
        Assert.Contains("Stopped: The API answers 403: The access token does not allow this: ", output);
        Assert.Contains("1 file: 1 left; ", output);
    }

    [Fact]
    public async Task Something_that_is_no_API_is_a_message()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var server = await BrokenStore.StartAsync(200);
        folder.Environment["PHOTOLAMBDA_API_URL"] = server.Address;

        IsAMessage("The API answers 200: no answer of PhotoLambda; is --api right?", await folder.PushAsync());
    }

    [Theory]
    [InlineData("{\"path\":", "line 1: ")]
    [InlineData("{\"session_id\":\"s\"}", "line 1: it has no path.")]
    [InlineData("a.jpg\n{\"path\":\"a\\u0000\"}", "line 2: it has no path.")]
    [InlineData("{\"path\":\"a\",\"session_id\":\"a b\"}", "line 1: session_id must be 1 to 64 letters")]
    [InlineData("a.jpg\n\u0001LONG", "line 2: it must have 16384 characters at most; it has 16385.")]
    [InlineData("BYTES", "it or what follows is no text in UTF-8.")]
    public async Task A_manifest_that_cannot_be_read_is_a_message(string text, string message)
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        var manifest = folder.Write(
            "list", text.Replace("\u0001LONG", new string('x', 16385), StringComparison.Ordinal));
        if (text == "BYTES")
        {
            await File.WriteAllBytesAsync(manifest, PushedFolder.Photo("x"), TestContext.Current.CancellationToken);
        }

        IsAMessage(message, await folder.RunAsync(manifest, "--project", folder.Project));
    }

    [Theory]
    [InlineData("no journal\n", "is no journal of a push.")]
    [InlineData("no journal", "is no journal of a push.")]
    [InlineData("{\"photolambda_push\":2}\n", "is of format 2, and this program writes format 1.")]
    [InlineData("{\"photolambda_plan\":1}\n", "is no journal of a push.")]
    [InlineData("{\"photolambda_push\":1,\"api\":\"A\",\"project\":\"00000000-0000-0000-0000-000000000001\"}\n",
        "is the journal of a push to project 00000000-0000-0000-0000-000000000001 at A: give another --journal.")]
    public async Task A_file_that_is_no_journal_of_this_push_is_left_alone(string text, string message)
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await File.WriteAllTextAsync(folder.Journal, text, TestContext.Current.CancellationToken);

        IsAMessage(message, await folder.PushAsync());

        Assert.Equal(text, await File.ReadAllTextAsync(folder.Journal, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_damaged_line_within_a_journal_is_a_message()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await folder.PushAsync();
        await File.AppendAllTextAsync(folder.Journal, "{\"file\":\n{}\n", TestContext.Current.CancellationToken);

        IsAMessage("cannot be read in line 2 (", await folder.PushAsync());
    }

    private static void IsAMessage(string message, (int Exit, string Output) run)
    {
        Assert.True(run.Exit == 1, run.Output);
        Assert.Contains(message, run.Output);
        Assert.DoesNotContain("   at ", run.Output);
        Assert.DoesNotContain("nonsense-token", run.Output);
    }
}
