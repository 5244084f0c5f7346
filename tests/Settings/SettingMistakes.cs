using System.Security.Cryptography;

namespace PhotoLambda.Tests;

/// <summary>For each variable the values that no function starts with, and what is said of them.</summary>
/// <remarks>Whatever is secret in a value is <see cref="Secret"/>.</remarks>
internal static class SettingMistakes
{
    public const string Secret = "hunter2";

    private const string Db = "PHOTOLAMBDA_DATABASE_URL";
    private const string ImageKit = "PHOTOLAMBDA_IMAGEKIT_";
    private const string CloudFront = "PHOTOLAMBDA_CLOUDFRONT_";
    private const string Jwt = "PHOTOLAMBDA_JWT_";
    private const string NotSet = "is not set";
    private const string NoBucket = "set it to the name of a bucket";
    private const string NoQueue = "set it to the URL of a queue";
    private const string NoUrl = "set it to an http or https URL";
    private const string NoId = "set it to the id that CloudFront shows";
    private const string NoPem = "is no RSA private key in PEM";
    private const string NoWord = "has a space or a character beyond ASCII";

    private static readonly RSA Rsa = RSA.Create(2048);

    /// <summary>Variables that nothing can be wrong with.</summary>
    public static readonly string[] AnyText = ["AWS_LAMBDA_FUNCTION_NAME"];

    /// <summary>A key that CloudFront's links can be signed with.</summary>
    public static string PrivateKey => Rsa.ExportRSAPrivateKeyPem();

    public static readonly (string Name, string Value, string Says)[] All =
    [
        (Db, "", NotSet),
        (Db, " \n", NotSet),
        (Db, "mysql://photolambda:hunter2@db/photos", "neither a URL"),
        (Db, "hunter2", "neither a URL"),
        (Db, "Port=5432;Password=hunter2", "names no host"),
        (Db, "postgresql://api:hunter2@db:0/photos", "port of the database URL is not a number from 1 to 65535"),
        (Db, "postgresql://api:hunter2/x@db/photos", "must be written as %2F"),
        (Db, "postgresql://api:hunter2%@db/photos", "has a % that must be written as %25"),
        (Db, "postgresql://api:hunter2@[::1/photos", "has a [ without its ]"),
        (Db, "postgresql://api:hunter2@a,b/photos", "names several hosts"),
        (Db, "postgresql://api:hunter2@db/photos?sslmode=maybe", "sslmode of the database URL is none of disable"),
        (Db, "postgresql://api:hunter2@db/photos?colour=red", "not supported: colour"),
        (Db, "postgresql://api:hunter2@db/photos?a%0Ab=c", "not supported: a b"),
        .. Of("PHOTOLAMBDA_DATABASE_AUTH", "set it to iam", "IAM", "password"),
        .. Of("PHOTOLAMBDA_ORIGINALS_BUCKET", NoBucket, "Photos", "ab", "s3://photos", "-photos", "a..b", "a\nb"),
        ("PHOTOLAMBDA_ORIGINALS_BUCKET", "", NotSet),
        .. Of("PHOTOLAMBDA_VISUALIZATIONS_BUCKET", NoBucket, "photos_2", new string('a', 64), "photos-"),
        ("PHOTOLAMBDA_VISUALIZATIONS_BUCKET", "", NotSet),
        .. Queue("PHOTOLAMBDA_DETECTION_QUEUE_URL", isRequired: true),
        .. Queue("PHOTOLAMBDA_BULK_QUEUE_URL", isRequired: true),
        .. Queue("PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL", isRequired: true),
        .. Queue("PHOTOLAMBDA_CDN_QUEUE_URL", isRequired: false),
        .. Of("PHOTOLAMBDA_LIBVIPS", "set it to the full path of libvips", "libvips.so", "./libvips.so"),
        .. Of("PHOTOLAMBDA_PROCESSING_HOURS", "whole number from 0 to 8760", "-1", "1.5", "8761", "a day"),
        .. Of("PHOTOLAMBDA_CDN_CONCURRENCY", "whole number from 1 to 64", "0", "65", "8.0", "-1", "many"),
        .. Of("PHOTOLAMBDA_CDN_PROVIDER", "set it to imagekit, cloudfront or none", "akamai", "ImageKit"),
        (ImageKit + "PRIVATE_KEY", "", NotSet),
        .. Of(ImageKit + "PRIVATE_KEY", "has a space, a colon", "hunter2 b", "hunter2\nb", "hunter2:", "hunter2ö"),
        .. Of(ImageKit + "UPLOAD_URL", NoUrl, "upload", "ftp://a/b", "https://hunter2@a", "https://"),
        .. Of(ImageKit + "API_URL", NoUrl, "https://a/b?c=d", "https://user:hunter2@a", "https://a/#b"),
        .. Of(ImageKit + "FOLDER", "set it to '/' and letters", "photos", "/", "/a/", "/a//b", "/a b"),
        .. Of(ImageKit + "TRANSFORMATION", "set it to a transformation", "w-400 q-80", new string('w', 201)),
        .. Of(CloudFront + "URL", NoUrl, "d111.cloudfront.net", "s3://photos", "https://hunter2@d111.cloudfront.net"),
        (CloudFront + "DISTRIBUTION_ID", "", NotSet),
        .. Of(CloudFront + "DISTRIBUTION_ID", NoId, "E1/invalidation", "E 1"),
        (CloudFront + "KEY_PAIR_ID", "", NotSet),
        .. Of(CloudFront + "KEY_PAIR_ID", NoId, "K 1", "K1&Policy="),
        (CloudFront + "PRIVATE_KEY", "", NotSet),
        .. Of(CloudFront + "PRIVATE_KEY", NoPem, "hunter2", Rsa.ExportSubjectPublicKeyInfoPem()),
        (Jwt + "ISSUER", "", "set it to the iss of the tokens"),
        (Jwt + "ISSUER", "photolambda-team", "set PHOTOLAMBDA_JWKS_URL"),
        (Jwt + "ISSUER", "http://issuer.example", "set PHOTOLAMBDA_JWKS_URL"),
        .. Of(Jwt + "AUDIENCE", "set it to the aud of the tokens", "", " , "),
        .. Of("PHOTOLAMBDA_JWKS_URL", NoUrl, "nonsense", "ftp://127.0.0.1/keys", "https://hunter2@issuer.example"),
        ("PHOTOLAMBDA_JWKS_URL", "http://issuer.example/keys", "must be an https URL"),
        (Jwt + "SECRET", "hunter2", "shorter than 32 bytes"),
        (Jwt + "SECRET", new string('x', 32) + "hunter2\n", "begins or ends with white space"),
        .. Of(Jwt + "SUBJECT_CLAIM", "must be printable ASCII", "a\"b", "org id"),
        .. Of(Jwt + "ORGANIZATION_CLAIM", "must be printable ASCII", "org id", "a\\b"),
        .. Of(Jwt + "SCOPE_CLAIM", "must be printable ASCII", "größe"),
        .. Of(Jwt + "AUTHORIZER", "set it to apigateway", "lambda", "APIGateway", "true"),
        .. Of("PHOTOLAMBDA_ALLOWED_ORIGINS", "name exact origins", "*", "photos.example", "https://a.example/", "x@*"),
        .. Of("PHOTOLAMBDA_METRICS", "set it to on or off", "yes", "ON"),
        .. Of("OTEL_EXPORTER_OTLP_ENDPOINT", NoUrl, "collector:4318", "http://user:hunter2@collector"),
        .. Of("OTEL_EXPORTER_OTLP_PROTOCOL", "set it to http/protobuf or grpc", "http/json"),
        .. Of("OTEL_EXPORTER_OTLP_TIMEOUT", "whole number from 1 to 60000", "0", "soon", "60001"),
        .. Of("OTEL_EXPORTER_OTLP_HEADERS", "set it to name=value,name=value", "hunter2", "=hunter2", "a=hunter2\nb"),
        .. Of("OTEL_RESOURCE_ATTRIBUTES", "set it to name=value,name=value", "region", "a=b,c"),
        .. Of("OTEL_TRACES_SAMPLER", "set it to one of always_on", "sometimes"),
        .. Of("OTEL_TRACES_SAMPLER_ARG", "set it to a share from 0 to 1", "2", "-1", "half"),
        ("AWS_REGION", "", NotSet),
        .. Of("AWS_REGION", "set it to a region", "us east 1", "us-east-1.evil.example/", "EU-CENTRAL-1"),
        .. Of("AWS_DEFAULT_REGION", "set it to a region", "us/east"),
        ("AWS_ACCESS_KEY_ID", "", NotSet),
        .. Of("AWS_ACCESS_KEY_ID", NoWord, "hunter2 b", "hunter2\nb"),
        ("AWS_SECRET_ACCESS_KEY", "", NotSet),
        .. Of("AWS_SECRET_ACCESS_KEY", NoWord, "hunter2 b"),
        .. Of("AWS_SESSION_TOKEN", NoWord, "hunter2\r\nb"),
        .. Of("AWS_ENDPOINT_URL", NoUrl, "localhost:4566", "http://user:hunter2@localhost:4566"),
        .. Of("AWS_ENDPOINT_URL_S3", NoUrl, "here", "/s3"),
        .. Of("AWS_ENDPOINT_URL_SQS", NoUrl, "here", "https://sqs?Action=SendMessage"),
        .. Of("AWS_ENDPOINT_URL_CLOUDFRONT", NoUrl, "here", "ftp://cloudfront"),
    ];

    /// <summary>What must be as well, so that the variable is looked at.</summary>
    public static IEnumerable<(string Name, string Value)> Around(string name) => name switch
    {
        _ when name.StartsWith(ImageKit, StringComparison.Ordinal) => [("PHOTOLAMBDA_CDN_PROVIDER", "imagekit")],
        _ when name.StartsWith(CloudFront, StringComparison.Ordinal) => [("PHOTOLAMBDA_CDN_PROVIDER", "cloudfront")],
        _ when name.StartsWith("OTEL_", StringComparison.Ordinal) =>
            [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")],
        "PHOTOLAMBDA_JWT_ISSUER" => [("PHOTOLAMBDA_JWKS_URL", "")],
        "AWS_REGION" => [("AWS_DEFAULT_REGION", "")],
        "AWS_DEFAULT_REGION" => [("AWS_REGION", "")],
        _ => [],
    };

    private static IEnumerable<(string Name, string Value, string Says)> Of(
        string name, string says, params string[] values) => values.Select(value => (name, value, says));

    private static IEnumerable<(string Name, string Value, string Says)> Queue(string name, bool isRequired) =>
    [
        .. isRequired ? [(name, "", NotSet), (name, "\t", NotSet)] : Array.Empty<(string, string, string)>(),
        .. Of(name, NoQueue, "https://sqs.eu-west-1.amazonaws.com/", "https://host/queue", "http://host/1/queue/more"),
        .. Of(name, NoUrl, "queue", "arn:aws:sqs:eu-west-1:1:q", "https://u:hunter2@host/1/q", "sqs://h/1/q"),
        (name, "https://host/1/q.fifo", "set it to a standard queue"),
    ];
}
