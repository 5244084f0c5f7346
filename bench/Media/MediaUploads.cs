using System.Diagnostics;
using System.Globalization;
using PhotoLambda.Aws;
using PhotoLambda.S3;

namespace PhotoLambda.Bench;

/// <summary>Uploads in a process of their own: what a module of the team does with the media store.</summary>
internal static class MediaUploads
{
    /// <summary>The argument, before the others, with which the bench is started as this program.</summary>
    public const string Command = "media-uploads";

    public const string Bucket = "media-bench";

    /// <summary>At a time; the AWS command line's own number.</summary>
    public const int AtOnce = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Says how many seconds it took, and the most memory that the process had, in MB.</summary>
    /// <param name="args">The key's beginning, and either a folder or a number of bytes.</param>
    public static async Task RunAsync(string[] args)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var aws = AwsEnvironment.Read(Environment.GetEnvironmentVariable);
        var objects = new StoredObjects(new Buckets(http, aws, resilience: new StoreResilience()));
        var before = ResidentMemory.Of(Environment.ProcessId).Now;
        var clock = Stopwatch.StartNew();
        if (long.TryParse(args[1], CultureInfo.InvariantCulture, out var bytes))
        {
            await PutAsync(objects, args[0], new FlowingContent(bytes), CancellationToken.None);
        }
        else
        {
            await Parallel.ForEachAsync(
                Directory.EnumerateFiles(args[1]),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (file, stop) =>
                {
                    await using var content = File.OpenRead(file);
                    await PutAsync(objects, $"{args[0]}/{Path.GetFileName(file)}", content, stop);
                });
        }

        var most = ResidentMemory.Of(Environment.ProcessId).Most;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds} {before} {most}"));
    }

    private static Task<NewObject> PutAsync(
        StoredObjects objects, string key, Stream content, CancellationToken cancellation) =>
        objects.PutNewAsync(
            Bucket, key, "image/jpeg", content, 500 * 1024 * 1024, DateTimeOffset.UtcNow + Patience, cancellation);

    /// <summary>Bytes that differ from block to block and are nowhere kept.</summary>
    private sealed class FlowingContent(long left) : Stream
    {
        private ulong _state = 88172645463325252;
        private long _left = left;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var piece = buffer.AsSpan(offset, (int)Math.Min(count, _left));
            _state = (_state * 6364136223846793005) + 1442695040888963407;
            piece.Fill((byte)(_state >> 56));
            _left -= piece.Length;
            return piece.Length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
