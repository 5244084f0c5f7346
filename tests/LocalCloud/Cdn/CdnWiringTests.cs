using System.Text.Json;
using PhotoLambda.Local;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>The CDN stands at the doors of the local cloud, and functions that ask for it are told where.</summary>
public class CdnWiringTests(CloudFixture cloud)
{
    private static readonly HttpClient Http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_part_answers_where_it_is_said_to_be()
    {
        var (api, services) = (cloud.Cloud.Api, cloud.Cloud.Cloud);

        Assert.Contains("Authorization must be Basic",
            await GetAsync(new Uri(api, "/_local/imagekit/v1/files")), StringComparison.Ordinal);
        Assert.Contains("<Code>MissingKey</Code>",
            await GetAsync(new Uri(api, "/_local/cloudfront/a.jpg")), StringComparison.Ordinal);
        using var unsigned = await Http.PostAsync(
            new Uri(services, "/2020-05-31/distribution/E1/invalidation"), new StringContent("<a/>"), Stop);
        Assert.Contains("MissingAuthenticationToken",
            await unsigned.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        var state = JsonSerializer.Deserialize<JsonElement>(await GetAsync(new Uri(api, "/_local/state")));
        Assert.False(state.GetProperty("cdn").GetProperty("faults").GetBoolean());
    }

    [Fact]
    public void A_template_is_told_of_ImageKit_as_far_as_it_asks()
    {
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["CdnProvider"] = "imagekit",
                ["ImageKitSecret"] = "local/imagekit",
                ["ImageKitUploadUrl"] = new Uri(cloud.Cloud.Api, "/_local/imagekit/api/v1/files/upload").AbsoluteUri,
                ["ImageKitApiUrl"] = new Uri(cloud.Cloud.Api, "/_local/imagekit").AbsoluteUri,
            },
            Known(["CdnProvider", "ImageKitSecret", "ImageKitUploadUrl", "ImageKitApiUrl"]));
        Assert.Equal(new Dictionary<string, string> { ["CdnProvider"] = "imagekit" }, Known(["CdnProvider", "Other"]));
        Assert.Empty(Known(["Other"]));
    }

    [Fact]
    public void What_the_developer_gives_stands_before_what_is_known()
    {
        string[] declared = ["CdnProvider", "ImageKitSecret", "ImageKitUploadUrl", "ImageKitApiUrl"];

        Assert.Equal("none", Known(declared, ("CdnProvider", "none"))["CdnProvider"]);
        // Another key is of an account that is not here: nor are its addresses.
        Assert.Equal(
            new Dictionary<string, string> { ["CdnProvider"] = "imagekit", ["ImageKitSecret"] = "ours/imagekit" },
            Known(declared, ("ImageKitSecret", "ours/imagekit")));
    }

    private static async Task<string> GetAsync(Uri url)
    {
        using var answer = await Http.GetAsync(url, Stop);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private Dictionary<string, string> Known(string[] declared, params (string Name, string Value)[] given)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(path, "Parameters:\n" + string.Concat(declared.Select(p => $"  {p}: {{Type: String}}\n"))
            + "Resources: {}\n");
        try
        {
            return new KnownParameters(cloud.Cloud, "issuer").For(
                TemplateFile.Open(path), given.ToDictionary(g => g.Name, g => g.Value));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
