namespace PhotoLambda.Local.Template;

/// <summary>A SAM or CloudFormation template in YAML (or JSON, which is YAML).</summary>
/// <remarks>serverless-application-model/latest/developerguide/sam-specification-template-anatomy.html</remarks>
internal sealed class TemplateFile
{
    private readonly TemplateSource _source;
    private readonly Sections _sections;

    private TemplateFile(TemplateSource source, string text)
    {
        _source = source;
        _sections = Sections.Of(source, YamlTree.Read(source, text));
        Parameters = ParameterDeclaration.ReadAll(source, _sections.Parameters);
    }

    /// <summary>By name: what a caller may give values for.</summary>
    public IReadOnlyDictionary<string, ParameterDeclaration> Parameters { get; }

    /// <exception cref="LocalCloudException">The file is missing or is no template; the message says where.</exception>
    public static TemplateFile Open(string path)
    {
        try
        {
            return new TemplateFile(new TemplateSource(path), File.ReadAllText(path));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new LocalCloudException(
                $"{path}: the template cannot be read ({missing.Message.TrimEnd('.')}). "
                + "Run this in the folder of template.yaml.",
                missing);
        }
    }

    /// <inheritdoc cref="Resolve"/>
    public static Stack Load(
        string path, IReadOnlyDictionary<string, string> parameters, Uri queueBaseUrl,
        IReadOnlyDictionary<string, string>? secrets = null) =>
        Open(path).Resolve(parameters, queueBaseUrl, secrets: secrets);

    /// <param name="parameters">Values in place of the defaults; each must be declared.</param>
    /// <param name="queueBaseUrl">Where SQS listens: the <c>Ref</c> of a queue is a URL under it.</param>
    /// <param name="stackName">Begins the names of what the template does not name.</param>
    /// <param name="secrets">By name; null: there are none.</param>
    /// <exception cref="LocalCloudException">A mistake in the template: file, line, column, what is wrong, what to
    /// do.</exception>
    public Stack Resolve(
        IReadOnlyDictionary<string, string> parameters, Uri queueBaseUrl, string stackName = "photolambda",
        IReadOnlyDictionary<string, string>? secrets = null)
    {
        if (parameters.Keys.FirstOrDefault(name => !Parameters.ContainsKey(name)) is { } unknown)
        {
            throw new LocalCloudException(
                $"{_source.File}: the template has no parameter '{unknown}'; "
                + TemplateSource.Suggest(unknown, Parameters.Keys));
        }

        var values = Parameters.ToDictionary(p => p.Key, p => p.Value.Value(parameters.GetValueOrDefault(p.Key)));
        var identity = new StackIdentity(stackName, queueBaseUrl);
        var known = new Secrets(secrets ?? new Dictionary<string, string>());
        return new StackBuilder(_source, _sections, values, identity, known).Build();
    }
}
