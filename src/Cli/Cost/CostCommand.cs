using System.CommandLine;

namespace PhotoLambda.Cli.Cost;

/// <summary><c>photolambda cost</c>: what a month costs on AWS.</summary>
internal static class CostCommand
{
    private static readonly Option<string> Photos = Value("--photos", "Of a month, 1 to 10000000000.", "");
    private static readonly Option<string> Megabytes = Value("--avg-mb", "Of a photo, 0.001 to 5120.", "4");
    private static readonly Option<string> MonthsKept = Value("--months-kept", "Of each photo, 1 to 1200.", "12");
    private static readonly Option<string> Reads = Value("--reads", "Downloads of each original, 0 to 1000000.", "3");
    private static readonly Option<string> BulkShare =
        Value("--bulk-share", "Of photos that are in a bucket already and registered in bulk, 0 to 1.", "0");

    private static readonly Option<string> Memory = Value("--memory", "MB of a function, 128 to 10240.", "512");
    private static readonly Option<string> Cdn = Value("--cdn", "none, imagekit or cloudfront.", "none");
    private static readonly Option<string> Flavor = Value("--flavor", "portable, readytorun or aot.", "portable");
    private static readonly Option<string> Architecture = Value("--architecture", "arm64 or x86_64.", "arm64");

    private static readonly Option<bool> Detection = new("--detection")
    {
        Description = "Detectors take the jobs and report.",
    };

    private static readonly Option<bool> Thumbnails = new("--thumbnails")
    {
        Description = "Thumbnails are made, by libvips.",
    };

    private static readonly Option<bool> CreatedDatabase = new("--created-database")
    {
        Description = "The stack makes Aurora, RDS Proxy and their network; so it is unless said otherwise.",
    };

    private static readonly Option<bool> GivenDatabase = new("--given-database")
    {
        Description = "The database is there, and costs nothing here.",
    };

    private static readonly Option<bool> Standby = new("--standby") { Description = "Aurora has a second instance." };
    private static readonly Option<bool> Nat = new("--nat") { Description = "The network has a NAT gateway." };

    private static readonly Option<string[]> Assume = new("--assume")
    {
        Description = "name=value: another value of what nobody knows exactly; any number of them.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> ShowAssumptions = new("--assumptions")
    {
        Description = "Shows these names, their values and where they are from.",
    };

    private static readonly Option<string> PriceFile = new("--prices")
    {
        Description = "A file of prices in place of the built-in ones (us-east-1).",
    };

    private static readonly Option<string> WritePrices = new("--write-prices")
    {
        Description = "Writes the built-in prices to a new file, to be edited.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "JSON instead of a table." };

    public static Command Create()
    {
        var command = new Command("cost", "What a month on AWS costs, in US dollars, line by line.")
        {
            Photos, Megabytes, MonthsKept, Reads, BulkShare, Detection, Thumbnails, Cdn, CreatedDatabase,
            GivenDatabase, Standby, Nat, Flavor, Architecture, Memory, Assume, ShowAssumptions, PriceFile,
            WritePrices, Json,
        };
        command.SetAction((parsed, cancellation) =>
            CommandRun.RunAsync(parsed, console => RunAsync(parsed, console, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, TextWriter console, CancellationToken cancellation)
    {
        if (parsed.GetValue(WritePrices) is { } path)
        {
            // An edited file is not to be lost.
            await using var file = new StreamWriter(new FileStream(path, FileMode.CreateNew));
            await file.WriteAsync(Prices.Text().AsMemory(), cancellation);
            await console.WriteLineAsync($"Written. Edit it, then: photolambda cost --prices {Shown.Text(path)} …");
            return CommandRun.Done;
        }

        var assumed = Assumptions.Read(parsed.GetValue(Assume)!);
        if (parsed.GetValue(ShowAssumptions))
        {
            await console.WriteAsync(CostReport.Table(assumed));
            return CommandRun.Done;
        }

        var work = ReadWork(parsed);
        var report = new CostReport(work, assumed, Prices.Read(parsed.GetValue(PriceFile)));
        await console.WriteAsync(parsed.GetValue(Json) ? report.Json() : report.Text());
        return CommandRun.Done;
    }

    private static Workload ReadWork(ParseResult parsed)
    {
        decimal Given(Option<string> option, decimal least, decimal most) =>
            Cli.Given.Decimal(option.Name, parsed.GetValue(option)!, least, most);
        string Word(Option<string> option, params string[] words) =>
            Cli.Given.Word(option.Name, parsed.GetValue(option)!, words);
        var (isGiven, hasStandby, hasNat) =
            (parsed.GetValue(GivenDatabase), parsed.GetValue(Standby), parsed.GetValue(Nat));
        var refused = isGiven
            ? parsed.GetValue(CreatedDatabase) ? CreatedDatabase : hasStandby ? Standby : hasNat ? Nat : null
            : null;
        return refused is not null
            ? throw new FormatException($"{refused.Name} has no meaning with {GivenDatabase.Name}.")
            : new Workload(
                Given(Photos, 1, 10_000_000_000), Given(Megabytes, 0.001m, 5_120), Given(MonthsKept, 1, 1_200),
                Given(Reads, 0, 1_000_000), Given(BulkShare, 0, 1), parsed.GetValue(Detection),
                parsed.GetValue(Thumbnails), Word(Cdn, "none", "imagekit", "cloudfront"), !isGiven, hasStandby, hasNat,
                Word(Flavor, "portable", "readytorun", "aot"), Word(Architecture, "arm64", "x86_64"),
                Given(Memory, 128, 10_240));
    }

    private static Option<string> Value(string name, string description, string value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
