using System.Xml;

namespace PhotoLambda.S3;

/// <summary>An element of an answer in XML, read within limits.</summary>
internal sealed class StoreXml
{
    /// <summary>Characters. A list of 1,000 parts with their checksums has half of it.</summary>
    public const int Longest = 1024 * 1024;

    private const int Deepest = 8;

    private readonly List<StoreXml> _children = [];

    private StoreXml(string name) => Name = name;

    /// <summary>Without its namespace.</summary>
    public string Name { get; }

    public string Text { get; private set; } = "";

    /// <param name="longest">Characters.</param>
    /// <returns>The root; null when the bytes are no XML, or more of it than anybody needs.</returns>
    public static StoreXml? Parse(ReadOnlyMemory<byte> bytes, int longest = Longest)
    {
        // While it completes an upload S3 sends white space to keep the connection alive.
        var document = bytes.TrimStart(" \t\r\n"u8);
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(document.ToArray()), Limits(longest));
            reader.MoveToContent();
            return Read(reader, 1);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <returns>The text of the first child of that name; null when there is none.</returns>
    public string? Child(string name) => _children.Find(c => c.Name == name)?.Text;

    public IEnumerable<StoreXml> Children(string name) => _children.Where(c => c.Name == name);

    private static XmlReaderSettings Limits(int longest) => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = longest,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <summary>Reads the element that the reader stands at, and leaves it behind its end.</summary>
    private static StoreXml Read(XmlReader reader, int depth)
    {
        if (depth > Deepest || reader.NodeType != XmlNodeType.Element)
        {
            throw new XmlException("This is no answer of a store.");
        }

        var element = new StoreXml(reader.LocalName);
        var isEmpty = reader.IsEmptyElement;
        reader.Read();
        while (!isEmpty && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                element._children.Add(Read(reader, depth + 1));
                continue;
            }

            element.Text += reader.Value;
            reader.Read();
        }

        if (!isEmpty)
        {
            reader.Read();
        }

        return element;
    }
}
