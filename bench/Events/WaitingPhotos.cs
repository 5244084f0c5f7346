using System.Net.Http.Headers;
using System.Text;
using Npgsql;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.S3;

namespace PhotoLambda.Bench;

/// <summary>Photos whose objects are in the store and whose events wait for the function.</summary>
internal static class WaitingPhotos
{
    private const int Bytes = 128 * 1024;
    private const int PutsAtOnce = 4;

    private const string Insert = """
        with organization as (insert into organizations (id) values ('bench') returning id),
        project as (
          insert into projects (id, organization_id, name)
          select '00000000-0000-7000-8000-000000000001', id, 'Bench' from organization returning id, organization_id
        )
        insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original,
          declared_content_type, declared_size_bytes)
        select n.id, p.organization_id, p.id, 'photo.jpg', $1, n.id || '.jpg', 'image/jpeg', $2
        from project p, unnest($3) as n (id)
        """;

    public static async Task PutAsync(
        LocalCloud cloud, NpgsqlDataSource database, int count, CancellationToken cancellation)
    {
        var settings = cloud.EnvironmentOf("UploadUrlFunction");
        var bucketName = settings["PHOTOLAMBDA_ORIGINALS_BUCKET"]!;
        var photo = LargePhoto.WithMorePicture(await File.ReadAllBytesAsync(Release.Photo, cancellation), Bytes);
        var ids = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToArray();
        await using (var command = database.CreateCommand(Insert))
        {
            command.Parameters.AddRange(new[]
            {
                new NpgsqlParameter { Value = bucketName }, new NpgsqlParameter { Value = (long)Bytes },
                new NpgsqlParameter { Value = ids },
            });
            await command.ExecuteNonQueryAsync(cancellation);
        }

        // As the server does by itself, a minute later.
        await using (var analyze = database.CreateCommand("analyze photos"))
        {
            await analyze.ExecuteNonQueryAsync(cancellation);
        }

        using var http = new HttpClient();
        var bucket = new BucketClient(http, AwsEnvironment.Read(v => settings.GetValueOrDefault(v)), bucketName);
        await Parallel.ForEachAsync(
            ids,
            new ParallelOptions { MaxDegreeOfParallelism = PutsAtOnce, CancellationToken = cancellation },
            async (id, token) =>
            {
                using var answer = await bucket.SendAsync(HttpMethod.Put, $"{id}.jpg", [], request =>
                    {
                        request.Headers.TryAddWithoutValidation("If-None-Match", "*");
                        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
                    },
                    Distinct(photo, id), DateTimeOffset.MaxValue, token);
                answer.EnsureSuccessStatusCode();
            });
    }

    /// <summary>The same picture but for a few of its last bytes: people do not upload one photo ten thousand times.
    /// </summary>
    private static byte[] Distinct(byte[] photo, Guid id)
    {
        var one = photo.ToArray();
        Encoding.ASCII.GetBytes($"{id:n}").CopyTo(one, one.Length - 64);
        return one;
    }
}
