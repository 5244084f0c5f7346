using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.OpenApi;

/// <summary>One route in the document: what goes in, what comes out, and what may go wrong.</summary>
internal static class OperationJson
{
    public static JsonObject Write(RouteEndpoint endpoint, Operation operation, Components components)
    {
        var scopes = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => a.Policy).OfType<string>();
        var json = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["tags"] = new JsonArray((JsonNode)operation.Tag),
            ["summary"] = operation.Summary,
        };
        if (operation.Description is not null)
        {
            json["description"] = operation.Description;
        }

        // In OpenAPI 3.1 the roles of an http scheme may be listed as an OAuth scheme's scopes are.
        var roles = new JsonArray([.. scopes.Select(s => (JsonNode)s)]);
        json["security"] = roles.Count == 0 ? [] : new JsonArray(new JsonObject { ["bearer"] = roles });
        if (Parameters(endpoint, operation, components) is { Count: > 0 } parameters)
        {
            json["parameters"] = parameters;
        }

        if (operation.Body is not null)
        {
            var body = Fields.Describe(operation.Body, components);
            json["requestBody"] = Content("application/json", body, required: true);
        }

        json["responses"] = Responses(endpoint, operation, components, secured: roles.Count > 0);
        return json;
    }

    private static JsonArray Parameters(RouteEndpoint endpoint, Operation operation, Components components)
    {
        var parameters = new JsonArray();
        foreach (var part in endpoint.RoutePattern.Parameters)
        {
            var schema = part.Name == "id" ? Schema.Uuid() : PartSchema(part.Name);
            parameters.Add((JsonNode)Parameter(part.Name, "path", required: true, schema));
        }

        if (operation.Query is not null)
        {
            var query = Fields.Describe(operation.Query, components);
            var required = (query["required"] as JsonArray)?.Select(r => r!.GetValue<string>()).ToHashSet() ?? [];
            foreach (var (name, schema) in (JsonObject)query["properties"]!)
            {
                parameters.Add((JsonNode)Parameter(name, "query", required.Contains(name), WithoutNull(schema!)));
            }
        }

        if (operation.TakesIdempotencyKey)
        {
            parameters.Add((JsonNode)Parameter("Idempotency-Key", "header", required: false, Schema.Text(
                "1 to 255 characters of the client's choice: a request that comes again with it is not done again, "
                + "and gets the same answer for 24 hours", 255)));
        }

        return parameters;
    }

    private static JsonObject PartSchema(string name) => Schema.Text($"The {name.Replace('_', ' ')}");

    // A query parameter is there or is not; null is a thing of JSON.
    private static JsonObject WithoutNull(JsonNode schema)
    {
        var copy = (JsonObject)schema.DeepClone();
        if (copy["type"] is JsonArray types)
        {
            copy["type"] = types[0]!.GetValue<string>();
        }

        if (copy["enum"] is JsonArray choices && choices[^1] is null)
        {
            choices.RemoveAt(choices.Count - 1);
        }

        return copy;
    }

    private static JsonObject Parameter(string name, string place, bool required, JsonObject schema)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = place, ["required"] = required };
        if (schema["description"] is { } description)
        {
            schema.Remove("description");
            parameter["description"] = description;
        }

        parameter["schema"] = schema;
        return parameter;
    }

    private static JsonObject Responses(
        RouteEndpoint endpoint, Operation operation, Components components, bool secured)
    {
        var responses = new SortedDictionary<int, JsonObject>();
        foreach (var answer in operation.Answers)
        {
            responses.Add(answer.Status, Response(answer, components));
        }

        foreach (var kinds in ProblemsOf(endpoint, operation, secured).Distinct().GroupBy(k => k.Status))
        {
            var names = string.Join(", ", kinds.Select(k => $"`{k.Name}`"));
            var json = Content("application/problem+json", components.Refer(Problem.Shape));
            json["description"] = $"{kinds.First().Title} ({names})";
            responses.Add(kinds.Key, json);
        }

        return new JsonObject(responses.Select(r => KeyValuePair.Create(
            r.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)r.Value)));
    }

    private static JsonObject Response(Answer answer, Components components)
    {
        var json = new JsonObject { ["description"] = answer.Description };
        if (answer.Headers.Count > 0)
        {
            json["headers"] = new JsonObject(answer.Headers.Select(h => KeyValuePair.Create(
                h.Name, (JsonNode?)new JsonObject { ["description"] = h.Description, ["schema"] = Schema.Text() })));
        }

        if (answer.Schema is not null)
        {
            json["content"] = Content(answer.ContentType, components.Refer(answer.Schema))["content"]!.DeepClone();
        }

        return json;
    }

    private static IEnumerable<ProblemKind> ProblemsOf(RouteEndpoint endpoint, Operation operation, bool secured)
    {
        var own = operation.Problems.AsEnumerable();
        if (endpoint.RoutePattern.Parameters.Count > 0 || operation.Query is not null)
        {
            own = own.Append(ProblemKinds.InvalidRequest);
        }

        if (operation.Body is not null)
        {
            own = own.Concat(
            [
                ProblemKinds.InvalidRequest, ProblemKinds.MalformedJson,
                ProblemKinds.BodyTooLarge, ProblemKinds.UnsupportedMediaType,
            ]);
        }

        if (operation.TakesIdempotencyKey)
        {
            own = own.Append(ProblemKinds.InvalidRequest).Append(ProblemKinds.IdempotencyKeyReused);
        }

        return !secured ? own : own.Concat(
        [
            ProblemKinds.Unauthorized, ProblemKinds.Forbidden,
            ProblemKinds.KeysUnavailable, ProblemKinds.DatabaseUnavailable, ProblemKinds.InternalError,
        ]);
    }

    private static JsonObject Content(string type, JsonObject schema, bool required = false)
    {
        var json = new JsonObject
        {
            ["content"] = new JsonObject { [type] = new JsonObject { ["schema"] = schema } },
        };
        if (required)
        {
            json["required"] = true;
        }

        return json;
    }
}
