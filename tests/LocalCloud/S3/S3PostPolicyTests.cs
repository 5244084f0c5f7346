using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.S3.Model;
using PhotoLambda.Aws;
using PhotoLambda.Local;

namespace PhotoLambda.Tests;

public sealed class S3PostPolicyTests : IAsyncLifetime
{
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Fact]
    public async Task The_SDKs_form_uploads_within_its_limits_alone()
    {
        var post = await _s3.Client.CreatePresignedPostAsync(new CreatePresignedPostRequest
        {
            BucketName = S3Server.Bucket,
            Key = "posted/a.jpg",
            Expires = DateTime.UtcNow.AddMinutes(5),
            Conditions = [S3PostCondition.ContentLengthRange(3, 5)],
        });

        Assert.Equal("EntityTooSmall", await PostAsync(post.Fields, "12"));
        Assert.Equal("EntityTooLarge", await PostAsync(post.Fields, "123456"));
        Assert.Equal("EntityTooLarge", await PostAsync(post.Fields, new string('x', 300_000)));
        Assert.Equal("204", await PostAsync(post.Fields, "12345"));
        Assert.Equal("AccessDenied", await PostAsync(With(post.Fields, "key", "posted/b.jpg"), "1234"));
        Assert.Equal("AccessDenied", await PostAsync(With(post.Fields, "acl", "public-read"), "1234"));
        Assert.Equal("204", await PostAsync(With(post.Fields, "x-ignore-me", "1"), "1234"));
        _s3.Clock.Offset = TimeSpan.FromMinutes(6);
        Assert.Equal("AccessDenied", await PostAsync(post.Fields, "1234"));
        Assert.Equal(4, _s3.Store.Find(S3Server.Bucket, "posted/a.jpg")!.Size);
    }

    [Fact]
    public async Task A_form_without_a_valid_signature_is_refused()
    {
        var form = Form();

        Assert.Equal("204", await PostAsync(form, "x"));
        Assert.Equal("SignatureDoesNotMatch", await PostAsync(With(form, "x-amz-signature", new string('0', 64)), "x"));
        Assert.Equal("SignatureDoesNotMatch",
            await PostAsync(With(form, "policy", form["policy"][..^4] + "AAAA"), "x"));
        Assert.Equal("InvalidAccessKeyId",
            await PostAsync(With(form, "x-amz-credential", "A" + form["x-amz-credential"]), "x"));
        Assert.Equal("InvalidArgument", await PostAsync(With(form, "x-amz-date", "20200101T000000Z"), "x"));
        Assert.Equal("InvalidArgument", await PostAsync(With(form, "x-amz-algorithm", "MD5"), "x"));
        Assert.Equal("AccessDenied", await PostAsync(With(form, "policy", null), "x"));
        Assert.Equal("AccessDenied", await PostAsync([], "x"));
    }

    [Fact]
    public async Task Conditions_see_the_form_with_its_variables_expanded()
    {
        var form = Form("user/${filename}", ["starts-with", "$key", "user/"],
            ["starts-with", "$Content-Type", "image/"], ["eq", "$x-amz-meta-a", "1"]);
        form["Content-Type"] = "image/jpeg";
        form["x-amz-meta-a"] = "1";

        Assert.Equal("204", await PostAsync(form, "x", @"C:\fakepath\my photo.jpg"));
        Assert.Equal("AccessDenied", await PostAsync(With(form, "Content-Type", "text/html"), "x"));
        Assert.Equal("AccessDenied", await PostAsync(With(form, "x-amz-meta-a", "2"), "x"));
        Assert.Equal("AccessDenied", await PostAsync(With(form, "key", "other/${filename}"), "x"));
        var stored = _s3.Store.Find(S3Server.Bucket, "user/my photo.jpg")!;
        Assert.Equal(("image/jpeg", "1"), (stored.Headers["content-type"], stored.Headers["x-amz-meta-a"]));
    }

    [Fact]
    public async Task The_form_chooses_what_success_looks_like()
    {
        using var created = await SendAsync(
            With(FormWith("success_action_status"), "success_action_status", "201"), "x");
        using var ok = await SendAsync(With(FormWith("success_action_status"), "success_action_status", "200"), "x");
        using var redirected = await SendAsync(
            With(FormWith("success_action_redirect"), "success_action_redirect", "https://example.org/done?a=1"), "x");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Contains("<PostResponse><Location>http://", await created.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, ok.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, redirected.StatusCode);
        Assert.Equal(
            $"https://example.org/done?a=1&bucket=photos&etag={Uri.EscapeDataString(created.Headers.ETag!.Tag)}&key=k",
            redirected.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Broken_forms_and_policies_are_told_apart()
    {
        using var plain = await _s3.Http.PostAsync("/photos", new StringContent("x", null, "multipart/form-data"),
            Cancellation);
        using var noFile = new MultipartFormDataContent { { new StringContent("v"), "name" } };
        using var withoutFile = await _s3.Http.PostAsync("/photos", noFile, Cancellation);
        using var torn = new ByteArrayContent(
            "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nval"u8.ToArray());
        torn.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        var start = string.Concat(Form().Select(field =>
            $"--b\r\nContent-Disposition: form-data; name=\"{field.Key}\"\r\n\r\n{field.Value}\r\n"));
        using var tornFile = new ByteArrayContent(Encoding.UTF8.GetBytes(
            start + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nno end"));
        tornFile.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        using var tornFileAnswer = await _s3.Http.PostAsync("/photos", tornFile, Cancellation);
        using var tornAnswer = await _s3.Http.PostAsync("/photos", torn, Cancellation);

        Assert.Equal(HttpStatusCode.PreconditionFailed, plain.StatusCode);
        Assert.Contains("exactly one file", await withoutFile.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
        Assert.Equal("MalformedPOSTRequest",
            S3Server.ErrorCode(await tornAnswer.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal("MalformedPOSTRequest",
            S3Server.ErrorCode(await tornFileAnswer.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal("MaxPostPreDataLengthExceeded",
            await PostAsync(With(Form(), "x-ignore-x", new string('x', 21_000)), "x"));
        Assert.Equal("InvalidPolicyDocument", await PostAsync(Sign("{\"expiration\":1}"), "x"));
        Assert.Equal("InvalidPolicyDocument", await PostAsync(Sign("nothing"), "x"));
        Assert.Equal("InvalidPolicyDocument", await PostAsync(Form("k", ["unlike", "$key", "x"]), "x"));
        Assert.Equal("InvalidArgument", await PostAsync(With(Form(), "key", null), "x"));
        Assert.Equal("BadDigest",
            await PostAsync(With(FormWith("x-amz-checksum-crc32"), "x-amz-checksum-crc32", "AAAAAA=="), "x"));
    }

    [Fact]
    public async Task A_form_announces_itself_as_a_post()
    {
        Assert.Equal("204", await PostAsync(Form("in/form.jpg"), "x"));

        var record = await _s3.NextRecordAsync(Cancellation);
        Assert.Equal("ObjectCreated:Post", record.GetProperty("eventName").GetString());
    }

    private static Dictionary<string, string> Form(string key = "k", params string[][] conditions) =>
        Sign(new JsonObject
        {
            ["expiration"] = DateTimeOffset.UtcNow.AddMinutes(5).ToString("O"),
            ["conditions"] = new JsonArray([
                new JsonObject { ["bucket"] = S3Server.Bucket },
                .. ((string[])["x-amz-algorithm", "x-amz-credential", "x-amz-date", "key"])
                    .Select(name => new JsonArray("starts-with", "$" + name, "")),
                .. conditions.Select(condition => new JsonArray([.. condition.Select(item => JsonValue.Create(item))])),
            ]),
        }.ToJsonString(), key);

    /// <param name="extra">A field that may have any value.</param>
    private static Dictionary<string, string> FormWith(string extra) =>
        Form("k", ["starts-with", "$" + extra, ""]);

    private static Dictionary<string, string> Sign(string policy, string key = "k")
    {
        var time = SigV4.Timestamp(DateTimeOffset.UtcNow);
        var scope = SigV4.Scope(time, CloudIdentity.Region, "s3");
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(policy));
        return new()
        {
            ["key"] = key,
            ["x-amz-algorithm"] = SigV4.Algorithm,
            ["x-amz-credential"] = $"{CloudIdentity.AccessKeyId}/{scope}",
            ["x-amz-date"] = time,
            ["policy"] = encoded,
            ["x-amz-signature"] = SigV4.Hmac(SigV4.SigningKey(CloudIdentity.SecretAccessKey, scope), encoded),
        };
    }

    private static Dictionary<string, string> With(Dictionary<string, string> fields, string name, string? value)
    {
        var changed = new Dictionary<string, string>(fields, StringComparer.OrdinalIgnoreCase);
        changed.Remove(name);
        if (value is not null)
        {
            changed[name] = value;
        }

        return changed;
    }

    private async Task<HttpResponseMessage> SendAsync(
        Dictionary<string, string> fields, string body, string fileName = "f")
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), $"\"{name}\"");
        }

        var file = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        file.Headers.TryAddWithoutValidation("Content-Disposition",
            $"form-data; name=\"file\"; filename=\"{fileName.Replace("\\", "\\\\", StringComparison.Ordinal)}\"");
        form.Add(file);
        return await _s3.Http.PostAsync("/photos", form, Cancellation);
    }

    /// <returns>The code of the error, or the status.</returns>
    private async Task<string> PostAsync(Dictionary<string, string> fields, string body, string fileName = "f")
    {
        using var response = await SendAsync(fields, body, fileName);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return S3Server.ErrorCode(text) is { Length: > 0 } code ? code : $"{(int)response.StatusCode}";
    }
}
