namespace PhotoLambda.Tests;

/// <summary>The local ImageKit refuses in ImageKit's form what ImageKit would, and says what is wrong.</summary>
public class ImageKitRefusalTests
{
    [Fact]
    public async Task Who_has_no_key_or_another_is_refused()
    {
        await using var server = await ImageKitServer.StartAsync();
        var headers = server.Http.DefaultRequestHeaders;

        headers.Authorization = null;
        (await server.PutAsync("a.png")).IsRefused(401, "Authorization must be Basic");
        headers.Authorization = new("Bearer", "private_local");
        (await server.SendAsync("GET", "v1/files")).IsRefused(401, "Authorization must be Basic");
        headers.Authorization = new("Basic", "%%%");
        (await server.SendAsync("GET", "v1/files")).IsRefused(401, "base64");
        foreach (var wrong in new[] { "private_other:", "private_local", "private_local:password", ":private_local" })
        {
            headers.Authorization = ImageKitServer.Basic(wrong);
            (await server.SendAsync("DELETE", "v1/files/0")).IsRefused(403, "is not that of this account");
        }

        Assert.Empty((await server.StateAsync()).GetProperty("files").EnumerateArray());
    }

    [Theory]
    [InlineData("fileName", "", "fileName is missing")]
    [InlineData("fileName", "..", "fileName must be a name")]
    [InlineData("useUniqueFileName", "yes", "useUniqueFileName must be true or false; it is 'yes'")]
    [InlineData("overwriteFile", "1", "overwriteFile must be true or false")]
    [InlineData("isPrivateFile", "", "isPrivateFile must be true or false")]
    [InlineData("tags", "100%", "tags may have 500 characters and no %")]
    [InlineData("customCoordinates", "1,2,3", "customCoordinates must be x,y,width,height")]
    [InlineData("customMetadata", "[]", "customMetadata must be a JSON object")]
    [InlineData("extensions", "{}", "extensions must be a JSON array")]
    [InlineData("transformation", "w-400", "transformation must be JSON")]
    [InlineData("transformation", "\"w-400\"", "transformation must be a JSON object")]
    [InlineData("transformation", """{"pre":7}""", "transformation.pre must be text")]
    [InlineData("transformation", """{"pre":""}""", "transformation.pre must be text that is not empty")]
    [InlineData("transformation", """{"before":"w-400"}""", "transformation may have pre and post alone")]
    [InlineData("transformation", """{"post":{}}""", "transformation.post must be a JSON array")]
    [InlineData("transformation", """{"post":[7]}""", "transformation.post must be a JSON object")]
    [InlineData("transformation", """{"post":[{"type":"melt"}]}""", "transformation.post.type must be")]
    [InlineData("transformation", """{"post":[{"type":"abs"}]}""", "transformation.post.value is missing")]
    [InlineData("filename", "a.png", "filename is not a parameter")]
    [InlineData("signature", "00", "signature is not a parameter")]
    public async Task A_field_that_is_not_valid_is_named(string name, string value, string message)
    {
        await using var server = await ImageKitServer.StartAsync();

        var reply = name == "fileName"
            ? await server.UploadAsync((name, value))
            : await server.UploadAsync(("fileName", "a.png"), (name, value));

        reply.IsRefused(400, message);
        Assert.Empty((await server.StateAsync()).GetProperty("files").EnumerateArray());
    }

    [Fact]
    public async Task A_folder_has_fifty_levels_at_most()
    {
        await using var server = await ImageKitServer.StartAsync();
        Task<ImageKitReply> At(int levels) => server.UploadAsync(
            ("fileName", "a.png"), ("folder", string.Concat(Enumerable.Repeat("/x", levels))));

        Assert.Equal(200, (await At(50)).Status);
        (await At(51)).IsRefused(400, "folder may have 50 levels and has 51");
    }

    [Fact]
    public async Task A_form_without_a_good_file_is_refused()
    {
        await using var server = await ImageKitServer.StartAsync();
        Task<ImageKitReply> Send(object? file) => server.UploadAsync(file, ("fileName", "a.png"));

        (await Send(null)).IsRefused(400, "file is missing");
        (await Send("")).IsRefused(400, "file is missing");
        (await Send(Array.Empty<byte>())).IsRefused(400, "file is empty");
        (await Send("not base64!")).IsRefused(400, "file must be bytes, base64 or a URL");
        (await Send("data:image/png,AAAA")).IsRefused(400, "file must be bytes, base64 or a URL");
        (await Send(new byte[(25 * 1024 * 1024) + 1])).IsRefused(400, "file may have 26214400 bytes");
    }

    [Fact]
    public async Task A_form_that_is_torn_or_none_is_refused()
    {
        await using var server = await ImageKitServer.StartAsync();
        using var torn = new StringContent("--b\r\nContent-Disposition: form-data; name=\"fileName\"\r\n\r\na");
        torn.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "b") } };

        (await server.SendAsync("POST", "api/v1/files/upload", torn)).IsRefused(400, "The form is not whole");
        (await server.SendJsonAsync("POST", "api/v1/files/upload", "{}"))
            .IsRefused(400, "Content-Type must be multipart/form-data");
        (await server.UploadAsync(("fileName", "a"), ("fileName", "b")))
            .IsRefused(400, "fileName is given more than once");
        (await server.UploadAsync(("fileName", new string('a', 70_000)))).IsRefused(400, "fileName may have 65536");
        (await server.SendAsync("PATCH", "v1/files/0/details")).IsRefused(404, "There is no PATCH");
    }
}
