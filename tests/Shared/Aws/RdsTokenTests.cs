using System.Text.Json;
using PhotoLambda.Aws;

namespace PhotoLambda.Tests;

/// <summary>Tokens for databases are those of AWS's own client.</summary>
public class RdsTokenTests
{
    private const int Count = 300;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly string[] Letters =
        [" ", "+", "%", "~", "/", ".", "a", "Z", "0", "-", "_", "ä", "ж", "日", "📷", "=", "&", "?", "#", ":", "@",
         "'", "\"", "(", ")", "*", "!", "$", ",", "[", "\\", "{", "|", "<", "`"];

    private static readonly string[] Users = ["photolambda_api", "photolambda_worker", "a b", "%41", "x&Action=drop"];

    [Fact]
    public async Task Tokens_are_those_of_botocore()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var cases = Enumerable.Range(0, Count).Select(i => new
        {
            Account = i % 3,
            Host = $"db-{random.Next()}.cluster-c9.eu-central-1.rds.amazonaws.com",
            Port = random.Next(1024, 65_536),
            User = i < Users.Length ? Users[i] : Text(random),
            Time = 1_700_000_000L + random.Next(1_000_000_000),
        }).ToList();
        AwsEnvironment[] accounts =
        [
            new("eu-central-1", new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")),
            new("us-gov-west-1", new("ASIAEXAMPLE", "s/e+c=r et", "IQoJb3JpZ2luX2Vj//+/==:a b")),
            new("cn-north-1", new("AKIDEXAMPLF", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEZ")),
        ];

        var output = await AwsTools.Boto3Async("", Script, JsonSerializer.Serialize(new
        {
            Accounts = accounts.Select(a => new
            {
                a.Region,
                a.Credentials.AccessKeyId,
                a.Credentials.SecretAccessKey,
                a.Credentials.SessionToken,
            }),
            Cases = cases,
        }, Json));

        var theirs = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Count, theirs.Length);
        foreach (var (given, token) in cases.Zip(theirs))
        {
            var ours = RdsToken.Make(accounts[given.Account], given.Host, given.Port, given.User,
                DateTimeOffset.FromUnixTimeSeconds(given.Time));
            Assert.True(Canonical(token) == Canonical(ours), $"{given}\ntheirs {token}\nours   {ours}");
        }
    }

    [Fact]
    public void A_host_in_capitals_is_signed_as_the_server_knows_it()
    {
        var aws = new AwsEnvironment("eu-central-1", new("AKIDEXAMPLE", "secret"));
        var time = DateTimeOffset.UnixEpoch.AddYears(60);

        Assert.Equal(
            RdsToken.Make(aws, "db.example", 5432, "u", time), RdsToken.Make(aws, "DB.Example", 5432, "u", time));
    }

    // The order of the parameters is each client's own; what is signed is the ordinal one.
    private static string Canonical(string token) => token.Split('?', 2) is [var address, var query]
        ? $"{address}?{string.Join('&', query.Split('&').Order(StringComparer.Ordinal))}"
        : token;

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Letters[random.Next(Letters.Length)]));

    private const string Script = AwsTools.Clock + """
        import boto3

        given = json.load(sys.stdin)
        clients = [
            boto3.client('rds', region_name=account['region'], aws_access_key_id=account['accessKeyId'],
                         aws_secret_access_key=account['secretAccessKey'], aws_session_token=account['sessionToken'])
            for account in given['accounts']]
        for case in given['cases']:
            now = case['time']
            print(clients[case['account']].generate_db_auth_token(case['host'], case['port'], case['user']))
        """;
}
