using System.Text.RegularExpressions;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Media;

namespace PhotoLambda.Tests;

/// <summary>The examples of docs/media-store.md stand here between their marks, to the letter, and run.</summary>
public partial class MediaStorePageTests(CloudFixture cloud)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_examples_of_the_page_run()
    {
        using var client = await cloud.NewOrganizationAsync();
        var organization = client.Organization;
        var projectId = Guid.Parse(await client.NewProjectAsync(new { allowed_types = MediaStorePage.Types }));
        var sessionId = $"{Guid.NewGuid()}";
        var settings = cloud.Settings("OnObjectCreatedFunction");
        var connectionString = DatabaseUrl.ToConnectionString(settings["PHOTOLAMBDA_DATABASE_URL"]!);
        var (originals, visualizations) = (cloud.Bucket, cloud.DerivedBucket);
        Func<string, string?> variable = name => settings.GetValueOrDefault(name);
        var photoPath = Path.Combine(Repository.Root, "examples", "photo.jpg");
        var said = new List<string>();
        Stream sound = new MemoryStream(MediaSamples.All.Single(s => s.Type == "audio/flac").Bytes);
        Stream drawing = new MemoryStream(ImageBuilder.Png());

        // As a reader would write it, who has no token of a test.
#pragma warning disable xUnit1051
        // example: open
        await using var database = NpgsqlDataSource.Create(connectionString);
        using var store = MediaStore.Open(new MediaStoreOptions
        {
            Database = database,
            OriginalsBucket = originals,
            VisualizationsBucket = visualizations,
            Variable = variable, // Environment.GetEnvironmentVariable unless set
        });
        // end

        // example: upload
        var ada = MediaCaller.User(organization, "ada");
        await using var file = File.OpenRead(photoPath);
        var photo = await store.UploadOriginalAsync(ada, new MediaUpload
        {
            ProjectId = projectId,
            SessionId = sessionId,
            FileName = "Quay (north).jpg",
            Content = file,
        });
        Console.WriteLine($"{photo.FileName} is {photo.Status}");
        // end
        Assert.Equal("Quay__north_.jpg", photo.FileName);

        // example: audio
        var recording = await store.UploadAudioAsync(ada, new MediaUpload
        {
            ProjectId = projectId,
            SessionId = sessionId,
            FileName = "harbour master.flac",
            Content = sound,
            ContentType = "audio/flac",
        });
        await store.SetTranscriptAsync(ada, recording.Id, "Quay north is free.");
        // end

        // example: visualization
        var module = MediaCaller.System(organization);
        photo = await store.UploadVisualizationAsync(module, new VisualizationUpload
        {
            PhotoId = photo.Id,
            FileName = "boxes.png",
            Content = drawing,
        });
        // end
        Assert.Equal($"{sessionId}/viz_boxes.png", photo.VisualizationKey);

        var target = new MemoryStream();
        // example: read
        await using (var content = await store.OpenAsync(ada, photo.Id))
        {
            await content.CopyToAsync(target);
        }

        await using var head = await store.OpenAsync(ada, photo.Id, MediaVariant.Original, offset: 0, count: 4096);
        var link = await store.GetUrlAsync(ada, photo.Id, MediaVariant.Visualization, hours: 168);
        // end
        Assert.Equal(await File.ReadAllBytesAsync(photoPath, Stop), target.ToArray());
        Assert.Equal(4096, head.Length);
        using var http = new HttpClient();
        Assert.NotEmpty(await http.GetByteArrayAsync(link, Stop));

        // example: list
        var (rows, page) = (0, await store.ListAsync(ada, "ada", limit: 100));
        while (page.Count > 0)
        {
            rows += page.Count;
            page = await store.ListAsync(ada, "ada", limit: 100, after: page[^1]);
        }
        // end
        Assert.Equal(2, rows);

        // example: delete
        var first = await store.DeleteAsync(ada, photo.Id);  // true
        var second = await store.DeleteAsync(ada, photo.Id); // false
        // end
        Assert.Equal((true, false), (first, second));

        void Log(string text) => said.Add(text);
        file.Position = 0;
        // example: errors
        try
        {
            await store.UploadOriginalAsync(ada, new MediaUpload
            {
                ProjectId = projectId,
                SessionId = sessionId,
                FileName = "harbour master.flac",
                Content = file,
            });
        }
        catch (MediaConflictException taken)
        {
            Log(taken.Message);
        }
        catch (MediaStoreUnavailableException away) when (away.RetryAfter is { } wait)
        {
            Log($"again in {wait}");
        }
        // end
#pragma warning restore xUnit1051
        Assert.Equal([$"'harbour_master.flac' is taken in session '{sessionId}'."], said);
    }

    [Fact]
    public async Task The_examples_of_the_page_are_these()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "media-store.md"), Stop);
        var source = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "tests", "Shared", "Media", "MediaStorePageTests.cs"), Stop);

        string[] shown = [.. Shown().Matches(page).Select(m => m.Groups["text"].Value.TrimEnd())];
        string[] run =
            [.. Run().Matches(source).Select(m => Outdented().Replace(m.Groups["text"].Value, "").TrimEnd())];

        Assert.Equal(8, run.Length);
        Assert.Equal(run, shown);
    }

    [GeneratedRegex(@"^```csharp\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Shown();

    [GeneratedRegex(
        @"^ {8}// example: \w+\n(?<text>.*?)^ {8}// end\n", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Run();

    [GeneratedRegex("^ {8}", RegexOptions.Multiline)]
    private static partial Regex Outdented();
}

internal static class MediaStorePage
{
    public static readonly string[] Types = ["image/jpeg", "audio/flac"];
}
