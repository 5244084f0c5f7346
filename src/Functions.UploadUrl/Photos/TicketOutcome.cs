using System.Globalization;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>What became of one photo that a ticket was asked for.</summary>
/// <param name="Name">As <c>issue_tickets</c> has it.</param>
/// <param name="AllowedTypes">Of the project, when the photo's is none of them.</param>
/// <param name="MaxBytes">Of the project; when it is against the policy, then only if its size is.</param>
/// <param name="Rate">Null when it was refused before the limit was looked at.</param>
internal sealed record TicketOutcome(string Name, string[]? AllowedTypes, long? MaxBytes, RateLimit? Rate)
{
    public const string Issued = "issued";
    public const string NoProject = "no_project";
    public const string AgainstPolicy = "against_policy";
    public const string RateLimited = "rate_limited";

    /// <returns>Null when the ticket was issued.</returns>
    public Problem? Problem(NewPhoto photo) => Name switch
    {
        Issued => null,
        NoProject => Problems.ProjectNotFound(photo.Request.ProjectId),
        RateLimited => Problems.RateLimited(Rate!.Value),
        AgainstPolicy => Problems.Invalid(Violations(photo.Request)),
        _ => throw new InvalidOperationException($"The database answered '{Name}'."),
    };

    /// <summary>
    /// Tells the client where the user stands and, if it was refused, when to come again; and metrics of the ticket.
    /// </summary>
    public void Tell(HttpContext http)
    {
        http.CountTickets(Name == Issued ? 1 : 0);
        if (Rate is not { } rate)
        {
            return;
        }

        rate.WriteTo(http.Response);
        if (Name == RateLimited)
        {
            http.Response.Headers.RetryAfter = rate.ResetSeconds.ToString(CultureInfo.InvariantCulture);
        }
    }

    private List<FieldError> Violations(UploadRequest request)
    {
        var errors = new List<FieldError>();
        if (AllowedTypes is not null)
        {
            errors.Add(new FieldError("mime_type", Fields.OneOf(AllowedTypes), $"\"{request.MimeType}\""));
        }

        if (MaxBytes is not null)
        {
            errors.Add(new FieldError(
                "file_size", $"a whole number from {UploadRequest.LeastBytes} to {MaxBytes} bytes",
                $"{request.FileSize}"));
        }

        return errors;
    }
}
