using System.Text.Json;
using System.Text.Json.Nodes;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary><c>POST /api/v1/photos/upload-urls</c>: up to 100 tickets, each with an outcome of its own.</summary>
internal sealed class IssueTicketsHandler(TicketStore tickets, TicketPrinter printer)
{
    public const int Most = 100;

    /// <summary>Bytes. An item of the longest names is under 5 KiB.</summary>
    public const int LongestBody = Most * 8 * 1024;

    public static readonly NamedSchema Shape = new("Tickets", components => Schema.Object(
        ("items", Schema.Array(new JsonObject
        {
            ["anyOf"] = new JsonArray(
                Schema.Object([("status", Schema.Integer("200")), .. TicketPrinter.Members]),
                Schema.Object(
                    ("status", Schema.Integer("As it would be for the item alone")),
                    ("problem", components.Refer(Problem.Shape)))),
        }, description: "In the order of the request"))));

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (request, key, problem) = await JsonBody.ReadWithKeyAsync(http, TicketsRequest.Read, LongestBody);
        if (request is null)
        {
            return problem!;
        }

        var photos = new List<NewPhoto>(request.Items.Count);
        foreach (var (item, _) in request.Items)
        {
            if (item is not null)
            {
                photos.Add(printer.Prepare(http, item));
            }
        }

        if (key is not null)
        {
            return await tickets.IssueAsync(
                http.Caller(), photos, key, decision => Answer(http, request, photos, decision), http.RequestAborted);
        }

        return Answer(http, request, photos, photos.Count == 0
            ? new TicketDecision([])
            : await tickets.IssueAsync(photos, http.RequestAborted));
    }

    private JsonAnswer Answer(
        HttpContext http, TicketsRequest request, List<NewPhoto> photos, TicketDecision decision)
    {
        http.CountTickets(decision.Outcomes.Count(o => o.Name == TicketOutcome.Issued));
        // The tightest limit, as it is after the last item.
        decision.Outcomes.Where(o => o.Rate is not null)
            .MinBy(o => o.Rate!.Value.Remaining)?.Rate!.Value.WriteTo(http.Response);
        return JsonAnswer.Write(
            StatusCodes.Status200OK, (http, request, photos, decision), Write, 1200 * request.Items.Count);
    }

    private void Write(
        Utf8JsonWriter json,
        (HttpContext Http, TicketsRequest Request, List<NewPhoto> Photos, TicketDecision Decision) answer)
    {
        json.WriteStartObject();
        json.WriteStartArray("items"u8);
        var next = 0;
        foreach (var (item, errors) in answer.Request.Items)
        {
            var photo = item is null ? null : answer.Photos[next];
            var problem = photo is null ? Problems.Invalid(errors) : answer.Decision.Outcomes[next].Problem(photo);
            next += photo is null ? 0 : 1;
            json.WriteStartObject();
            json.WriteNumber("status"u8, problem?.Status ?? StatusCodes.Status200OK);
            if (problem is null)
            {
                printer.Write(json, answer.Http.Request, photo!.Id, photo.Key, photo.Request);
            }
            else
            {
                json.WritePropertyName("problem"u8);
                problem.Write(json, answer.Http);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <param name="Items">Each is a request, or has errors.</param>
internal sealed record TicketsRequest(IReadOnlyList<(UploadRequest? Value, IReadOnlyList<FieldError> Errors)> Items)
{
    public static TicketsRequest Read(Fields fields) =>
        new(fields.Items("items", 1, IssueTicketsHandler.Most, UploadRequest.Read));
}
