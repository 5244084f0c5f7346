using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace PhotoLambda.Local.Template;

/// <summary>
/// Reads YAML events into <see cref="Node"/>s, each with its place. The events rather than the object model, because
/// that knows the short forms (<c>!Ref</c>) as mere tags and needs reflection.
/// </summary>
internal sealed class YamlTree
{
    private readonly TemplateSource _source;
    private readonly Parser _parser;
    private readonly Dictionary<string, Node> _anchors = [];

    private YamlTree(TemplateSource source, string text)
    {
        _source = source;
        _parser = new Parser(new StringReader(text));
    }

    public static Node Read(TemplateSource source, string text)
    {
        var lines = text.Split('\n');
        for (var line = 1; line <= lines.Length; line++)
        {
            // The parser takes some of these for the continuation of the line before.
            if (IsTabbed(lines[line - 1]) && !IsInBlock(lines, line))
            {
                throw Tab(source, lines, line);
            }
        }

        try
        {
            return new YamlTree(source, text).Document();
        }
        catch (YamlException mistake)
        {
            throw Explain(source, lines, mistake);
        }
    }

    private Node Document()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            throw _source.Error(new Place(1, 1, ""), "the file is empty; it must have at least the section Resources.");
        }

        var root = Value(new Place(1, 1, ""));
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            throw _source.Error(At(second, ""), "a second YAML document begins here; a template is a single one.");
        }

        return root;
    }

    private Node Value(Place path)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.GetValueOrDefault(alias.Value.Value)
                ?? throw _source.Error(At(alias, path.Path), $"the alias *{alias.Value} has no anchor before it.");
        }

        var start = _parser.Consume<NodeEvent>();
        var place = At(start, path.Path);
        var node = Intrinsics.FromTag(_source, place, start.Tag, Content(start, place));
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor.Value] = node;
        }

        return node;
    }

    private Node Content(NodeEvent start, Place place) => start switch
    {
        Scalar scalar => new TextNode(place, scalar.Value),
        SequenceStart => List(place),
        _ => Map(place),
    };

    private ListNode List(Place place)
    {
        var items = new List<Node>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Value(place.Child(items.Count.ToString(CultureInfo.InvariantCulture))));
        }

        return new ListNode(place, items);
    }

    private Node Map(Place place)
    {
        var entries = new Dictionary<string, Node>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw _source.Error(At(_parser.Current!, place.Path), "a key must be plain text, not a list or a map.");
            }

            if (!entries.TryAdd(key.Value, Value(At(key, place.Path).Child(key.Value))))
            {
                throw _source.Error(
                    At(key, place.Path), $"the key '{key.Value}' is there twice; remove or rename one.");
            }
        }

        return Intrinsics.FromMap(_source, new MapNode(place, entries));
    }

    private static Place At(ParsingEvent at, string path) => new((int)at.Start.Line, (int)at.Start.Column, path);

    private static LocalCloudException Explain(TemplateSource source, string[] lines, YamlException mistake)
    {
        var line = (int)Math.Clamp(mistake.Start.Line, 1, lines.Length);
        return source.Error(
            new Place(line, (int)Math.Max(mistake.Start.Column, 1), ""),
            $"this is not valid YAML: {mistake.Message.TrimEnd('.')}. "
            + "Look at this line's indentation, quotes and colons, and at the line before it.");
    }

    private static bool IsTabbed(string line) => line.TrimStart(' ').StartsWith('\t') && line.Trim().Length > 0;

    /// <summary>
    /// Whether the line is text of a block (<c>key: |</c>), which may have tabs after its indentation.
    /// </summary>
    private static bool IsInBlock(string[] lines, int line)
    {
        static int Spaces(string text) => text.Length - text.TrimStart(' ').Length;

        var above = lines.Take(line - 1).LastOrDefault(
            l => l.Trim().Length > 0 && !IsTabbed(l) && Spaces(l) < Spaces(lines[line - 1]));
        return above?.TrimEnd().TrimEnd('+', '-') is [.., '|' or '>'];
    }

    private static LocalCloudException Tab(TemplateSource source, string[] lines, int line) => source.Error(
        new Place(line, lines[line - 1].IndexOf('\t', StringComparison.Ordinal) + 1, ""),
        "a tab indents this line; YAML allows spaces only. Replace the tab by spaces.");
}
