using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

/// <summary>
/// The request of the older Query protocol (botocore before 1.31.81, Java SDK 1): a form whose names are paths, such as
/// <c>SendMessageBatchRequestEntry.1.MessageAttribute.2.Value.DataType</c>. It becomes that of the JSON protocol.
/// </summary>
internal static class QueryProtocol
{
    public const string ContentType = "application/x-www-form-urlencoded";

    /// <exception cref="JsonException">A value is not of its type.</exception>
    public static (string Operation, SqsRequest Request) Read(string form)
    {
        var root = new Node();
        foreach (var (path, values) in QueryHelpers.ParseQuery(form))
        {
            var node = root;
            foreach (var name in path.Split('.'))
            {
                node = node[name];
            }

            node.Value = values.ToString();
        }

        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            WriteObject(writer, root);
        }

        return (root["Action"].Value ?? throw new SqsError("MissingAction", "The form has no Action."),
            JsonSerializer.Deserialize(json.ToArray(), SqsJson.Wire.SqsRequest)!);
    }

    private static void WriteObject(Utf8JsonWriter writer, Node node)
    {
        writer.WriteStartObject();
        foreach (var (name, child) in node.Children)
        {
            // An empty list is "Entries=", as botocore writes it.
            if (name is "Entries" || name.EndsWith("RequestEntry", StringComparison.Ordinal))
            {
                WriteList(writer, "Entries", child, item => WriteObject(writer, item));
            }
            else if (child.Children.Count == 0)
            {
                writer.WriteString(name, child.Value);
            }
            else if (child.Items.First().Children.ContainsKey("Name"))
            {
                WriteMap(writer, name + "s", child);
            }
            else
            {
                WriteList(writer, name + "s", child, item => writer.WriteStringValue(item.Value));
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, Node list, Action<Node> writeItem)
    {
        writer.WriteStartArray(name);
        foreach (var item in list.Items)
        {
            writeItem(item);
        }

        writer.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, string name, Node map)
    {
        writer.WriteStartObject(name);
        foreach (var item in map.Items)
        {
            writer.WritePropertyName(item["Name"].Value ?? "");
            if (item["Value"].Children.Count > 0)
            {
                WriteObject(writer, item["Value"]);
            }
            else
            {
                writer.WriteStringValue(item["Value"].Value);
            }
        }

        writer.WriteEndObject();
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Children { get; } = [];

        public string? Value { get; set; }

        /// <summary>The children as a list, whose names are 1, 2, 3 and so on.</summary>
        public IEnumerable<Node> Items => Children
            .OrderBy(c => int.TryParse(c.Key, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue)
            .Select(c => c.Value);

        public Node this[string name]
        {
            get
            {
                if (!Children.TryGetValue(name, out var child))
                {
                    Children.Add(name, child = new Node());
                }

                return child;
            }
        }
    }
}
