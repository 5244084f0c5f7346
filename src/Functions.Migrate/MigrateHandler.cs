using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace PhotoLambda.Migrate;

/// <summary>Tells CloudFormation's requests from an administrator's, and answers each in its way.</summary>
internal sealed partial class MigrateHandler(MigrateWork work, ResponseSender sender, ILogger logger)
{
    /// <returns>For whoever invoked the function; CloudFormation has its own answer then, also of a failure.</returns>
    /// <exception cref="CommandFailedException">An administrator's command failed.</exception>
    /// <exception cref="FormatException">The event is neither.</exception>
    /// <exception cref="ResponseLostException">CloudFormation could not be answered.</exception>
    public async Task<MigrateReport> HandleAsync(Stream input, MigrateTime time)
    {
        using var json = await ReadAsync(input);
        var root = json.RootElement;
        return root.ValueKind is not JsonValueKind.Object
            ? throw new FormatException("The event must be a JSON object.")
            : CustomResourceRequest.Is(root)
                ? await AnswerAsync(CustomResourceRequest.Read(root), time)
                : await RunAsync(MigrateCommand.Read(root), time);
    }

    // Without a payload there is nothing at all.
    private static async Task<JsonDocument> ReadAsync(Stream input)
    {
        try
        {
            return input.Length == 0 ? JsonDocument.Parse("{}") : await JsonDocument.ParseAsync(input);
        }
        catch (JsonException e)
        {
            throw new FormatException("The event must be a JSON object.", e);
        }
    }

    private async Task<MigrateReport> AnswerAsync(CustomResourceRequest request, MigrateTime time)
    {
        var (report, response) = await ResponseAsync(request, time);
        await sender.SendAsync(request.ResponseUrl, response.ToJson(), time.ResponseDeadline);
        Log.Answered(logger, request.RequestType, response.Status);
        return report;
    }

    private async Task<(MigrateReport Report, CustomResourceResponse Response)> ResponseAsync(
        CustomResourceRequest request, MigrateTime time)
    {
        try
        {
            switch (request.RequestType)
            {
                case "Create" or "Update":
                    var report = await work.MigrateAsync(time);
                    return (report, CustomResourceResponse.Success(
                        request, new ResponseData(report.Applied!.Count, report.Newest!)));
                // The data outlive the stack.
                case "Delete":
                    return (new MigrateReport(), CustomResourceResponse.Success(request, data: null));
                default:
                    throw new FormatException(
                        $"RequestType is '{request.RequestType}'; it must be Create, Update or Delete.");
            }
        }
        catch (Exception e)
        {
            // The boundary of a request: CloudFormation waits for an answer whatever happens. An invocation that
            // failed would be repeated by Lambda when the stack is rolled back already.
            var reason = Failure.Reason(e);
            Log.Failed(logger, e, request.RequestType, reason);
            return (new MigrateReport(), CustomResourceResponse.Failure(request, reason));
        }
    }

    private async Task<MigrateReport> RunAsync(MigrateCommand command, MigrateTime time)
    {
        try
        {
            return command.Organization is { } id
                ? await work.CreateOrganizationAsync(id, time)
                : await work.MigrateAsync(time);
        }
        catch (Exception e)
        {
            // The boundary of a command: its caller gets the reason as the error's message.
            throw new CommandFailedException(Failure.Reason(e), e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Answered CloudFormation's {RequestType}: {Status}")]
        public static partial void Answered(ILogger logger, string requestType, string status);

        [LoggerMessage(Level = LogLevel.Error, Message = "CloudFormation's {RequestType} failed: {Reason}")]
        public static partial void Failed(ILogger logger, Exception exception, string requestType, string reason);
    }
}
