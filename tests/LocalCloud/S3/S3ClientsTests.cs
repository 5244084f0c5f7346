namespace PhotoLambda.Tests;

/// <summary>Other people's clients with their default settings.</summary>
public sealed class S3ClientsTests : IAsyncLifetime
{
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Fact]
    public async Task The_aws_command_copies_lists_and_removes()
    {
        var (big, back) = (Path.Combine(_s3.Folder, "big.bin"), Path.Combine(_s3.Folder, "back.bin"));
        var bytes = new byte[9_000_000];
        new Random(1).NextBytes(bytes);
        await File.WriteAllBytesAsync(big, bytes, Cancellation);

        await AwsAsync("s3", "cp", big, "s3://photos/a b/big.bin");
        var listed = await AwsAsync("s3", "ls", "s3://photos", "--recursive");
        await AwsAsync("s3", "cp", "s3://photos/a b/big.bin", back);
        await AwsAsync("s3", "rm", "s3://photos", "--recursive");

        Assert.Contains("9000000 a b/big.bin", listed, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(back, Cancellation));
        Assert.Equal(0, _s3.Store.Counts()[0].Objects);
    }

    [Fact]
    public async Task Boto3_works_with_its_default_settings()
    {
        const string script = """
            import boto3, io, os, sys, urllib.request
            from botocore.config import Config
            s3 = boto3.client('s3', endpoint_url=sys.argv[1])
            body = os.urandom(9_000_000)
            s3.upload_fileobj(io.BytesIO(body), 'photos', 'big ü')
            out = io.BytesIO()
            s3.download_fileobj('photos', 'big ü', out)
            assert out.getvalue() == body
            s3.copy({'Bucket': 'photos', 'Key': 'big ü'}, 'photos', 'copied')
            assert s3.head_object(Bucket='photos', Key='copied')['ContentLength'] == len(body)
            s3.put_object(Bucket='photos', Key='a/1', Body=b'one', Metadata={'k': 'v'})
            assert s3.head_object(Bucket='photos', Key='a/1')['Metadata'] == {'k': 'v'}
            s3.copy_object(Bucket='photos', Key='a/2', CopySource={'Bucket': 'photos', 'Key': 'a/1'})
            lister = s3.get_paginator('list_objects_v2')
            pages = lister.paginate(Bucket='photos', Prefix='a/', PaginationConfig={'PageSize': 1})
            assert [o['Key'] for p in pages for o in p['Contents']] == ['a/1', 'a/2']
            s3 = boto3.client('s3', endpoint_url=sys.argv[1], config=Config(signature_version='s3v4'))
            url = s3.generate_presigned_url('get_object', Params={'Bucket': 'photos', 'Key': 'a/1'})
            assert urllib.request.urlopen(url).read() == b'one'
            keys = [{'Key': key} for key in ('a/1', 'a/2', 'big ü', 'copied')]
            gone = s3.delete_objects(Bucket='photos', Delete={'Objects': keys})
            assert len(gone['Deleted']) == 4
            assert s3.list_objects_v2(Bucket='photos')['KeyCount'] == 0
            print('done')
            """;

        var printed = await AwsTools.Boto3Async(_s3.Url, script);

        Assert.Equal("done", printed.Trim());
    }

    private Task<string> AwsAsync(params string[] arguments) => AwsTools.AwsAsync(_s3.Url, arguments);
}
