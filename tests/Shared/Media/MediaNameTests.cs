using System.Text;
using PhotoLambda.Media;

namespace PhotoLambda.Tests;

/// <summary>Names from anywhere become names that are good everywhere, unless nothing is left of them.</summary>
public class MediaNameTests(MediaStage stage) : IClassFixture<MediaStage>
{
    private static readonly byte[] Jpeg = ImageBuilder.Jpeg(length: 500);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("photo.jpg", "photo.jpg")]
    [InlineData("a b (1).jpg", "a_b__1_.jpg")]
    [InlineData("C:\\Users\\ada\\sea.JPG", "sea.JPG")]
    [InlineData("../../etc/passwd", "passwd.jpg")]
    [InlineData("..hidden.png", "hidden.png")]
    [InlineData(".jpg", "jpg.jpg")]
    [InlineData("trail.jpg. . .", "trail.jpg")]
    [InlineData("Mo\u0308we.jpg", "Möwe.jpg")]
    [InlineData("海.jpg", "海.jpg")]
    [InlineData("🐦‍⬛.jpg", "___.jpg")]
    [InlineData("zero\0.jpg", "zero_.jpg")]
    [InlineData("con", "_con.jpg")]
    [InlineData("NUL.tar.gz", "_NUL.tar.gz")]
    [InlineData("lpt9.png", "_lpt9.png")]
    [InlineData("COM10.png", "COM10.png")]
    [InlineData("console.png", "console.png")]
    [InlineData("no extension", "no_extension.jpg")]
    [InlineData("version 1.0 final", "version_1.0_final.jpg")]
    [InlineData("a?b%c#d&e+f.jpg", "a_b_c_d_e_f.jpg")]
    public async Task A_name_is_cleaned(string name, string clean)
    {
        var home = await stage.NewAsync();

        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Jpeg, name), Stop);

        Assert.Equal((clean, $"{home.Session}/{clean}"), (row.FileName, row.Key));
        Assert.Equal([clean], await stage.KeysAsync(stage.Cloud.Bucket, home.Session));
        Assert.Equal(row.Id, (await stage.Store.FindAsync(home.User, home.Session, clean, Stop))?.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("...")]
    [InlineData(" . . ")]
    [InlineData("/")]
    [InlineData("a/b/")]
    [InlineData("a\\..")]
    public async Task A_name_of_which_nothing_is_left_is_refused(string name)
    {
        var home = await stage.NewAsync();

        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => stage.Store.UploadOriginalAsync(home.User, home.Upload(Jpeg, name), Stop));

        Assert.Equal("FileName", refused.ParamName);
        Assert.Contains($"FileName is '{name}'", refused.Message);
    }

    [Fact]
    public async Task A_long_or_broken_name_keeps_its_extension()
    {
        var home = await stage.NewAsync();

        var row = await stage.Store.UploadOriginalAsync(
            home.User, home.Upload(Jpeg, new string('x', 1000) + ".jpeg"), Stop);
        var wide = await stage.Store.UploadOriginalAsync(
            home.User, home.Upload(Jpeg, new string('海', 1000) + ".jpeg"), Stop);
        // An attribute of a test cannot have half a pair.
        var half = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Jpeg, "half\ud83d.jpg"), Stop);
        var tooLong = await Assert.ThrowsAsync<ArgumentException>(
            () => stage.Store.UploadOriginalAsync(home.User, home.Upload(Jpeg, new string('x', 4097)), Stop));

        Assert.Equal(new string('x', 195) + ".jpeg", row.FileName);
        Assert.Equal(new string('海', 65) + ".jpeg", wide.FileName);
        Assert.Equal("half_.jpg", half.FileName);
        Assert.Contains("4097 characters", tooLong.Message);
        Assert.Contains("4096 at most", tooLong.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("thumbnails")]
    [InlineData("public")]
    [InlineData("a/b")]
    [InlineData("ä")]
    [InlineData("a b")]
    public async Task A_session_is_a_plain_word(string session)
    {
        var home = await stage.NewAsync();

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => stage.Store.UploadOriginalAsync(
            home.User, home.Upload(Jpeg) with { SessionId = session }, Stop));

        Assert.Contains($"SessionId is '{session}'; it must be 1 to 128 letters", refused.Message);
        Assert.Throws<ArgumentException>(() => MediaNames.Session(new string('a', 129), "s"));
        Assert.Equal(128, MediaNames.Session(new string('a', 128), "s").Length);
    }

    [Fact]
    public void Whatever_comes_the_clean_name_is_good_and_stays()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        string[] pieces =
        [
            ".", "..", "/", "\\", " ", "con", "COM1", "nul", ".jpg", ".", "\0", "\ud83d", "\udc26", "🐦", "é", "海", "_",
            "-", "x", new string('y', 90), "\u0308", "\u200d", "\n", ":", "*", "LPT1.", "١",
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var name = string.Concat(random.GetItems(pieces, random.Next(1, 9)));
            string clean;
            try
            {
                clean = MediaNames.Clean(MediaNames.LastPart(name, "name"), "image/jpeg");
            }
            catch (ArgumentException)
            {
                continue;
            }

            var about = $"seed {seed}: '{name}' became '{clean}'";
            Assert.True(Encoding.UTF8.GetByteCount(clean) is >= 1 and <= MediaNames.MostBytes, about);
            Assert.True(
                clean.EnumerateRunes().All(r => Rune.IsLetterOrDigit(r) || r.Value is '.' or '_' or '-'), about);
            Assert.True(clean[0] != '.' && clean[^1] != '.', about);
            Assert.DoesNotContain(
                clean.Split('.')[0].ToUpperInvariant(), (string[])["CON", "PRN", "AUX", "NUL", "COM1", "LPT1"]);
            Assert.True(clean == MediaNames.Clean(MediaNames.LastPart(clean, "name"), "image/jpeg"), about);
        }
    }
}
