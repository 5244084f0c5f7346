namespace PhotoLambda.Local;

/// <summary>How one local cloud is to run.</summary>
/// <param name="Template">Path of the SAM template.</param>
/// <param name="DataFolder">Where objects, queues and the database live on.</param>
internal sealed record LocalCloudOptions(string Template, string DataFolder)
{
    /// <summary>Of the API; 0: any free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Of S3, SQS and Lambda; 0: any free one.</summary>
    public int CloudPort { get; init; } = 4566;

    /// <summary>Values for the template's parameters, before those that the local cloud knows itself.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>By name, for what the template resolves from Secrets Manager; before the local cloud's.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>Logical ids of functions that somebody else starts: a debugger, a test.</summary>
    public IReadOnlyCollection<string> Attached { get; init; } = [];

    /// <summary>Holds the programs of the functions, a folder for each; null: found beside the template.</summary>
    public string? Functions { get; init; }

    /// <summary>The database to use in place of one of its own: a URL whose user may create roles and tables.</summary>
    public string? DatabaseUrl { get; init; }

    public bool WithDetector { get; init; }
}
