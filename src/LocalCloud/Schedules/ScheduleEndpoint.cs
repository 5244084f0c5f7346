using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Local.Schedules;

/// <summary>
/// <c>POST /_local/schedules/{function}</c>, with <c>?name=</c> for one of several: its schedules are due now.
/// </summary>
internal sealed class ScheduleEndpoint(IReadOnlyList<RunningSchedule> schedules)
{
    public const string Prefix = "/_local/schedules/";

    public async Task HandleAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers.Allow = "POST";
            await Answer.MembersAsync(http, 405, ("message", "POST makes a schedule due now."));
            return;
        }

        var function = http.Request.Path.Value![Prefix.Length..];
        var name = http.Request.Query["name"].ToString();
        var chosen = schedules
            .Where(s => s.Function == function && (name.Length == 0 || s.Schedule.Name == name)).ToArray();
        if (chosen.Length == 0)
        {
            var known = string.Join(", ", schedules.Select(s => $"{s.Function}?name={s.Schedule.Name}"));
            await Answer.MembersAsync(http, 404, ("message", $"There is no such schedule; there are: {known}"));
            return;
        }

        foreach (var schedule in chosen)
        {
            await schedule.FireAsync(http.RequestAborted);
        }

        http.Response.StatusCode = 202;
    }
}
